// What a Maven or Gradle module is, by what it depends on, its plugins and the names of its files.

import type { Kind } from '../component.ts';
import { owningFolder } from './folders.ts';

interface Known {
  /** In a dependency or plugin: `group:artifact`, or a plugin's id. */
  readonly sign: RegExp;
  readonly framework: string;
  readonly kind: Kind;
  /** Libraries have the sign too: only what has a program is meant. */
  readonly needsProgram: boolean;
}

const KNOWN: readonly Known[] = [
  { sign: /com\.android\.application/, framework: 'Android', kind: 'mobile', needsProgram: false },
  { sign: /com\.android\.library/, framework: 'Android', kind: 'library', needsProgram: false },
  { sign: /org\.springframework\.boot/, framework: 'Spring Boot', kind: 'backend', needsProgram: true },
  { sign: /io\.quarkus/, framework: 'Quarkus', kind: 'backend', needsProgram: false },
  { sign: /io\.micronaut/, framework: 'Micronaut', kind: 'backend', needsProgram: true },
  { sign: /io\.ktor(?:\.plugin|:ktor-server)/, framework: 'Ktor', kind: 'backend', needsProgram: true },
  { sign: /io\.dropwizard/, framework: 'Dropwizard', kind: 'backend', needsProgram: true },
  { sign: /io\.vertx/, framework: 'Vert.x', kind: 'backend', needsProgram: true },
  { sign: /io\.javalin/, framework: 'Javalin', kind: 'backend', needsProgram: true },
  { sign: /io\.grpc/, framework: 'gRPC', kind: 'backend', needsProgram: true },
];

/** Where a program starts, as such files are called. */
const PROGRAM =
  /(?:^|\/)src\/(?:main|jvmMain)\/.*(?:Application|App|Main|main|Server)\.(?:java|kt|groovy|scala)$/;

/**
 * @param signs what the manifest depends on and is built with
 * @param otherwise what it is when nothing known is in it
 */
export function jvmKindOf(
  signs: readonly string[],
  hasProgram: boolean,
  otherwise: Kind,
): { kind: Kind; framework: string | undefined } {
  const known = KNOWN.find(
    ({ sign, needsProgram }) =>
      (hasProgram || otherwise === 'cli' || !needsProgram) && signs.some((one) => sign.test(one)),
  );
  return { kind: known?.kind ?? otherwise, framework: known?.framework };
}

/** Folders of `parts` with a file that is called as one is in which a program starts. */
export function programsOf(files: readonly string[], parts: ReadonlySet<string>): Set<string> {
  const programs = files.filter((file) => PROGRAM.test(file));
  return new Set(programs.flatMap((file) => owningFolder(parts, file) ?? []));
}
