// .steroids/structure.yaml: what a repository is made of, as its people see it. Discovery writes it once; then it is theirs.

import { z } from 'zod';
import { suggestion } from '../config/near.ts';
import { type Path, parseYaml } from '../config/yaml.ts';
import type { Problem } from '../task/problem.ts';
import { titleOf } from './title.ts';

export const STRUCTURE_FILE = '.steroids/structure.yaml';

const ISOLATIONS = ['parallel', 'exclusive'] as const;
export type Isolation = (typeof ISOLATIONS)[number];

const isolation = z.enum(ISOLATIONS, {
  error: ({ input }) =>
    `there is no isolation ${JSON.stringify(input)}. ${suggestion(String(input), ISOLATIONS)}`,
});

const name = z
  .string({ error: 'needs a name' })
  .trim()
  .min(1, 'needs a name')
  .regex(/^.*$/, 'a name of one line');

const glob = z
  .string()
  .min(1, 'an empty glob')
  .regex(
    /^(?![/:!])(?!\.\/)(?!(.*\/)?\.\.(\/|$))/,
    'a glob from the top of the repository, like apps/api/**',
  );

const paths = z
  .array(glob, { error: 'needs paths: a list of globs like apps/api/**' })
  .min(1, 'needs a glob');

/** A `null` is what stands behind a key whose list is empty. */
const names = z
  .array(name)
  .nullish()
  .transform((list) => list ?? []);

const component = z.strictObject({
  name,
  paths,
  dependencies: names,
  isolation: isolation.default('parallel'),
});

const shared = z.strictObject({
  name,
  paths,
  usedBy: names,
  /** What it uses that is not shared: of what is, `usedBy` there says it. */
  dependencies: z.array(name).nullish(),
  isolation: isolation.default('exclusive'),
});

const pattern = z.strictObject({
  /** A regular expression, in any case. */
  match: z.string({ error: 'needs match: a regular expression' }).min(1, 'an empty expression'),
  section: name,
});

const schema = z.strictObject({
  version: z.literal(1, { error: 'this version of steroids reads version: 1' }).default(1),
  type: z.enum(['monorepo', 'single'], { error: 'monorepo or single' }).default('monorepo'),
  components: z
    .array(component)
    .nullish()
    .transform((list) => list ?? []),
  shared: z
    .array(shared)
    .nullish()
    .transform((list) => list ?? []),
  taskRouting: z
    .strictObject({
      patterns: z
        .array(pattern)
        .nullish()
        .transform((list) => list ?? []),
    })
    .nullish()
    .transform((routing) => routing ?? { patterns: [] }),
});

export type StructureFile = z.output<typeof schema>;
export type DeclaredComponent = StructureFile['components'][number];
export type DeclaredShared = StructureFile['shared'][number];

export interface ReadStructureFile {
  readonly declared: StructureFile;
  /** Names that are used and not declared, each with its place. */
  readonly warnings: readonly string[];
}

/**
 * @param text YAML
 * @param place how to call the file in a sentence
 * @throws Problem `invalid-structure` with line and column
 */
export function readStructureFile(text: string, place: string = STRUCTURE_FILE): ReadStructureFile {
  const { data, wrong } = parseYaml(text, place, 'invalid-structure', schema);
  checkUnique(data, wrong);
  data.taskRouting.patterns.forEach(({ match }, index) => {
    const said = expressionProblem(match);
    if (said !== undefined) throw wrong(['taskRouting', 'patterns', index, 'match'], said);
  });
  return {
    declared: data,
    warnings: unknownNames(data).map(({ path, sentence }) => wrong(path, sentence).message),
  };
}

/** The same of what has been read, and is known to be right. */
export function declaredIn(data: unknown): StructureFile {
  return schema.parse(data);
}

/** What is wrong with a regular expression. */
function expressionProblem(match: string): string | undefined {
  try {
    new RegExp(match, 'i');
    return undefined;
  } catch (error) {
    // "Invalid regular expression: /(/iu: Unterminated group"
    const said = error instanceof Error ? error.message.replace(/^.*\/[a-z]*: /s, '') : '';
    return `${JSON.stringify(match)} is no regular expression: ${said}`;
  }
}

/** What names are compared by: "Shared Types", `shared-types` and `shared_types` are one. */
export function keyOf(name: string): string {
  const key = name
    .normalize('NFC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-|-$/g, '');
  return key === '' ? name : key;
}

function checkUnique(file: StructureFile, wrong: (path: Path, sentence: string) => Problem): void {
  const seen = new Map<string, string>();
  for (const group of ['components', 'shared'] as const) {
    file[group].forEach(({ name }, index) => {
      const before = seen.get(keyOf(name));
      if (before !== undefined)
        throw wrong([group, index, 'name'], `the name "${name}" is taken by ${before} already`);
      seen.set(keyOf(name), `${group}.${index}`);
    });
  }
}

function unknownNames(file: StructureFile): { readonly path: Path; readonly sentence: string }[] {
  const known = [...file.components, ...file.shared].map(({ name }) => name);
  const keys = new Set(known.map(keyOf));
  const used: { path: Path; said: string; name: string }[] = [];
  file.components.forEach((one, index) => {
    one.dependencies.forEach((name, at) => {
      used.push({ path: ['components', index, 'dependencies', at], said: `"${one.name}" depends on`, name });
    });
  });
  file.shared.forEach((one, index) => {
    one.dependencies?.forEach((name, at) => {
      used.push({ path: ['shared', index, 'dependencies', at], said: `"${one.name}" depends on`, name });
    });
    one.usedBy.forEach((name, at) => {
      used.push({ path: ['shared', index, 'usedBy', at], said: `"${one.name}" is used by`, name });
    });
  });
  file.taskRouting.patterns.forEach(({ section, match }, index) => {
    const said = `the pattern ${JSON.stringify(match)} leads to`;
    used.push({ path: ['taskRouting', 'patterns', index, 'section'], said, name: section });
  });
  return used
    .filter(({ name }) => !keys.has(keyOf(name)))
    .map(({ path, said, name }) => {
      const near = suggestion(name, known);
      return { path, sentence: `${said} "${name}", which is not declared here.${near ? ` ${near}` : ''}` };
    });
}

/** `API` stays, `shared-types` becomes `Shared Types`: how the section of what is called so is called. */
export function sectionNameOf(name: string): string {
  if (!/^[a-z0-9][a-z0-9._-]*$/.test(name)) return name;
  return titleOf(name);
}
