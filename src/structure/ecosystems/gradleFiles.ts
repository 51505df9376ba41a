// Gradle's scripts are programs. What is written out plainly in them is read: includes, folders of projects, dependencies on projects.

import { blocksOf, lineCounter } from './blocks.ts';
import { testsIn } from './gradleTests.ts';

/** A build that others are included into, by its settings.gradle. */
export interface Settings {
  /** Gradle paths, `:libs:core`, with their lines. */
  readonly includes: readonly { readonly path: string; readonly line: number }[];
  /** Gradle path → folder, relative to that of the settings. */
  readonly folders: ReadonlyMap<string, string>;
  /** Gradle path → the path it is renamed to. */
  readonly renamed: ReadonlyMap<string, string>;
  /** Folders of builds that make up the build itself: their plugins concern all. */
  readonly ofPlugins: readonly string[];
}

// Comments become blanks, so that places stay; strings are kept, since `//` in one is none.
const COMMENT = /("""[\s\S]*?"""|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;

export function withoutComments(text: string): string {
  return text.replace(COMMENT, (whole, string) => string ?? whole.replace(/[^\n]/g, ' '));
}

const STRING = /"([^"\n$]*)"|'([^'\n]*)'/g;
/** With what is put into it, which is often only the version. */
const ANY_STRING = /"[^"\n]*"|'[^'\n]*'/g;
const stringsIn = (text: string) => [...text.matchAll(STRING)].map((match) => match[1] ?? match[2] ?? '');

/** What is computed with a glob is found by its build file. */
const isPlain = (path: string) => !/[*?]/.test(path);

/** `a:b` and `:a:b` are one project. */
const fullPath = (path: string) => (path.startsWith(':') ? path : `:${path}`);

export function readSettings(text: string): Settings {
  const code = withoutComments(text);
  const lineAt = lineCounter(code);
  // Everything up to the last string that a comma or a parenthesis ties to the word.
  const called = code.matchAll(/\binclude\b\s*(?:\(\s*)?((?:(?:"[^"\n$]*"|'[^'\n]*')\s*,?\s*)+)/g);
  const includes = [...called].flatMap(({ 0: whole, 1: list = '', index }) =>
    stringsIn(list)
      .filter(isPlain)
      .map((path) => ({ path: fullPath(path), line: lineAt(index + whole.indexOf(list)) })),
  );
  const placed = code.matchAll(
    /\bproject\s*\(\s*["']([^"'\n]+)["']\s*\)\s*\.\s*projectDir\s*=\s*[^\n"']*["']([^"'\n]+)["']/g,
  );
  const renamed = code.matchAll(
    /\bproject\s*\(\s*["']([^"'\n]+)["']\s*\)\s*\.\s*name\s*=\s*["']([^"'\n]+)["']/g,
  );
  return {
    includes,
    folders: new Map([...placed].map((match) => [fullPath(match[1] ?? ''), relative(match[2] ?? '')])),
    renamed: new Map(
      [...renamed].map(([, path = '', name = '']) => [fullPath(path), sibling(fullPath(path), name)]),
    ),
    ofPlugins: blocksOf(code, /\bpluginManagement\s*\{/g).flatMap(({ inner }) =>
      [...inner.matchAll(/\bincludeBuild\s*\(?\s*["']([^"'\n]+)["']/g)].map((match) => match[1] ?? ''),
    ),
  };
}

/** `"$rootDir/x"`, `"${settingsDir}/x"` and `"x"` are all below the settings. */
function relative(folder: string): string {
  return folder.replace(/^\$\{?\w+\}?\//, '');
}

function sibling(path: string, name: string): string {
  return `${path.slice(0, path.lastIndexOf(':'))}:${name}`;
}

interface ProjectUse {
  /** Gradle path of another project, or `projects.a.bC` as it is written. */
  readonly of: string;
  /** The project that it is a dependency of; undefined for this one. */
  readonly by: string | undefined;
  readonly forTests: boolean;
}

export interface BuildFile {
  readonly uses: readonly ProjectUse[];
  readonly group: string | undefined;
  readonly description: string | undefined;
  /** Plugins and coordinates: every string, and every name in a catalog of versions. */
  readonly signs: readonly string[];
}

export function readBuildFile(text: string): BuildFile {
  const code = withoutComments(text);
  const blocks = blocksOf(code, /\bproject\s*\(\s*["']([^"'\n]+)["']\s*\)\s*(?:\.configure\s*)?\{/g);
  const isForTests = testsIn(code);
  const uses = [...code.matchAll(USE)].flatMap(({ 1: path, 2: accessor, index }): ProjectUse[] => {
    if (path !== undefined && isStatement(code, index)) return [];
    const by = blocks.find(({ start, end }) => index > start && index < end)?.name;
    return [
      {
        of: accessor ?? fullPath(path ?? ''),
        by: by === undefined ? undefined : fullPath(by),
        forTests: isForTests(index),
      },
    ];
  });
  return {
    uses,
    group: /^\s*group\s*=?\s*["']([^"'$\n]+)["']/m.exec(code)?.[1],
    description: /^\s*description\s*=?\s*["']([^"'$\n]+)["']/m.exec(code)?.[1],
    signs: [
      ...[...code.matchAll(ANY_STRING)].map((match) => match[0]),
      ...[...code.matchAll(/\blibs\.([\w.]+)/g)].map((match) => match[1] ?? ''),
    ],
  };
}

const USE = /\bproject\s*\(\s*(?:path\s*[:=]\s*)?["'](:[^"'\n]*)["']|\b(projects(?:\.[a-zA-Z]\w*)+)/g;

/** Whether `project(…)` begins a statement, which configures that project; as an argument it names a dependency. */
function isStatement(code: string, index: number): boolean {
  let at = index - 1;
  let sameLine = true;
  for (; at >= 0 && /\s/.test(code[at] ?? ''); at--) if (code[at] === '\n') sameLine = false;
  const before = code[at] ?? '';
  if (before === '(' || before === ',' || before === '=') return false;
  return !sameLine || before === '' || before === '{' || before === '}' || before === ';';
}

/** As Gradle makes it for type-safe accessors: `:libs:my-core` → `projects.libs.myCore`. */
export function accessorOf(path: string): string {
  const camel = path
    .split(':')
    .map((part) => part.replace(/[-_.]+(\w)/g, (_, letter: string) => letter.toUpperCase()));
  return ['projects', ...camel.slice(1)].join('.');
}
