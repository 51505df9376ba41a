// Compose files: which services are built here, from which folders, and on which others they depend.

import { parsePlainYaml } from '../../config/plainYaml.ts';
import { folderOf, within } from '../paths.ts';
import { resolveFrom } from './folders.ts';
import { type Manifest, placeOf, type Warn } from './reading.ts';
import { asTable, at, entriesAt, type Table, textAt, textsAt } from './values.ts';

export interface Service {
  readonly name: string;
  /** Relative to the repository; undefined for what is not built from a folder of it. */
  readonly folder: string | undefined;
  /** The file it is built by, relative to the repository. */
  readonly dockerfile: string | undefined;
  readonly manifest: string;
  /** Other services. */
  readonly dependsOn: readonly string[];
  /** Folders that are built into it beside its own. */
  readonly alsoBuiltFrom: readonly string[];
}

export const COMPOSE = /^(?:docker-)?compose(?:[.-][\w.-]+)?\.ya?ml$/;

/** @throws Problem `invalid-yaml`, with `path:line:column` */
export function readCompose(text: string, path: string): unknown {
  return parsePlainYaml(text, path);
}

/** The variables of a `.env` file, which Compose reads beside a compose file. */
export function readEnv(text: string): ReadonlyMap<string, string> {
  const variables = new Map<string, string>();
  for (const [, name = '', value = ''] of text.matchAll(/^[ \t]*(?:export[ \t]+)?(\w+)[ \t]*=[ \t]*(.*)$/gm))
    variables.set(name, fill(value.trim().replace(/^(["'])(.*)\1$/, '$2'), variables));
  return variables;
}

/** With the variables that are known, and the defaults of others: `${NAME}`, `$NAME`, `${NAME:-default}`. */
function fill(text: string, variables: ReadonlyMap<string, string>): string {
  return text.replace(
    /\$(?:(\w+)|\{(\w+)(?::?-([^}]*))?\})/g,
    (whole, bare, name, otherwise) => variables.get(bare ?? name) ?? otherwise ?? whole,
  );
}

/**
 * @param variables of the `.env` beside it
 * @param isThere whether a file or folder is in the repository
 */
export function servicesOf(
  { path, text, data }: Manifest<unknown>,
  variables: ReadonlyMap<string, string>,
  isThere: (path: string) => boolean,
  warn: Warn,
): Service[] {
  const base = folderOf(path);
  return entriesAt(data, 'services').map(([name, value]): Service => {
    const service = merged(value);
    const build = typeof service.build === 'string' ? { context: service.build } : merged(service.build);
    const context = 'build' in service ? fill(textAt(build, 'context') ?? '.', variables) : undefined;
    const folder = context === undefined || isElsewhere(context) ? undefined : resolveFrom(base, context);
    const dockerfile = fill(textAt(build, 'dockerfile') ?? 'Dockerfile', variables);
    const isMissing =
      context !== undefined && !isElsewhere(context) && (folder === undefined || !isThere(folder));
    if (isMissing) {
      const place = placeOf(path, text, context);
      const sentence = `${place}: the service ${name} is built from ${context}, which has no files in this repository: correct it, or take it away.`;
      warn({ path, sentence });
    }
    const others = entriesAt(build, 'additional_contexts').map(([, one]) => resolveFrom(base, String(one)));
    return {
      name,
      folder: isMissing ? undefined : folder,
      dockerfile:
        folder === undefined || dockerfile.includes('$') ? undefined : resolveFrom(folder, dockerfile),
      manifest: path,
      dependsOn: [
        ...namesIn(service.depends_on),
        ...textsAt(service, 'links').map((link) => link.split(':')[0] ?? ''),
      ],
      alsoBuiltFrom: others.filter((other) => other !== undefined && isThere(other)) as string[],
    };
  });
}

/** A list of names, or a table from names to conditions. */
function namesIn(value: unknown): string[] {
  return asTable(value) === undefined ? textsAt({ value }, 'value') : Object.keys(asTable(value) ?? {});
}

/** An address, or a variable whose value is not known here. */
function isElsewhere(context: string): boolean {
  return /^[a-z+]+:\/\/|^git@|^github\.com\/|\$/.test(context);
}

/** With what `<<` takes from elsewhere in the file: YAML itself no longer says so, Compose does. */
function merged(value: unknown): Table {
  const own = asTable(value) ?? {};
  const list = at(own, '<<');
  const others = (Array.isArray(list) ? list : [list]).map((one) => asTable(one) ?? {});
  return Object.assign({}, ...others.reverse(), own);
}

/** A service's folder; one that is built from the whole repository lies where its Dockerfile is. */
export function homeOf({ folder, dockerfile }: Service): string | undefined {
  if (folder !== '' || dockerfile === undefined) return folder;
  return folderOf(dockerfile);
}

/** The same service in files that are laid over each other, which lie in one folder. */
export function idOf({ manifest, name }: { readonly manifest: string; readonly name: string }): string {
  return within(folderOf(manifest), name);
}
