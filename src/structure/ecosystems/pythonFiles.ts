// The texts of Python: requirement lines, setup.cfg, and the imports of a source file.

/** PEP 503: names that differ in case and in `-`, `_` and `.` are one. */
export function normalName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}

export interface Requirement {
  /** Normalised; undefined for a line that is only a path. */
  readonly name: string | undefined;
  /** Relative to the manifest's folder. */
  readonly path: string | undefined;
}

/** PEP 508 (`name[extra]>=1; marker`, `name @ file:../x`), and the lines that pip adds to it (`-e ../x`, `./x`). */
export function readRequirement(line: string): Requirement | undefined {
  const text = line.replace(/(?:^|\s)#.*$/, '').trim();
  const local =
    /^(?:-e\s+|--editable[\s=]+)?(?:file:(?:\/\/)?)?(\.{1,2}(?:\/[^\s;[#]*)?)(?:[\s;[#].*)?$/.exec(text);
  if (local) return { name: undefined, path: local[1] };
  const [, name, url] = /^([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*(?:@\s*(\S+))?/.exec(text) ?? [];
  if (name === undefined) return undefined;
  return { name: normalName(name), path: url === undefined ? undefined : pathOfUrl(url) };
}

/** A folder by `file:`, or by what build tools write for the folder of the manifest itself. */
function pathOfUrl(url: string): string | undefined {
  const fromRoot = /^(?:file:\/*)?(?:\$\{PROJECT_ROOT\}|\{root(?::uri)?\})\/(.+)$/.exec(url);
  return (fromRoot ?? /^file:(?:\/\/)?(\.{1,2}\/.*)$/.exec(url))?.[1];
}

/** The sections of an ini file; lines that are indented go on with the value above. */
export function readIni(text: string): Map<string, Map<string, string>> {
  const sections = new Map<string, Map<string, string>>();
  let section = new Map<string, string>();
  let key: string | undefined;
  for (const line of text.split('\n')) {
    if (/^\s*[#;]/.test(line) || line.trim() === '') continue;
    const header = /^\[([^\]]+)\]/.exec(line);
    const sign = line.search(/[=:]/);
    if (header) {
      section = new Map();
      sections.set(header[1]?.trim() ?? '', section);
      key = undefined;
    } else if (/^\s/.test(line) && key !== undefined) {
      section.set(key, `${section.get(key)}\n${line.trim()}`);
    } else if (sign > 0) {
      key = line.slice(0, sign).trim();
      section.set(key, line.slice(sign + 1).trim());
    }
  }
  return sections;
}

// Strings, also those over many lines, and comments.
const QUOTED =
  /"""[\s\S]*?(?:"""|$)|'''[\s\S]*?(?:'''|$)|"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*'|#[^\n]*/g;

const IMPORT =
  /[ \t]*(?:import[ \t]+([^\n;]+)|from[ \t]+([A-Za-z_][\w.]*)[ \t]+import[ \t]+(\((?:[^)#]|#[^\n]*)*\)|[^\n;]+))/y;

/** Without what stands in strings and comments, where an import is none. */
export function withoutQuoted(text: string): string {
  return text.replace(QUOTED, '""');
}

/** Dotted names of all that is imported; of `from a import b` it is `a.b`, which begins with `a`. Relative ones are left out. */
export function readPythonImports(text: string): string[] {
  const code = text.includes('\\') ? text.replace(/\\\r?\n/g, ' ') : text;
  const imports: string[] = [];
  // Looking for the word first is many times faster than trying each line.
  for (let at = code.indexOf('import'); at !== -1; at = code.indexOf('import', at + 1)) {
    IMPORT.lastIndex = code.lastIndexOf('\n', at) + 1;
    const [whole = '', plain, from, names = ''] = IMPORT.exec(code) ?? [];
    if (whole === '') continue;
    if (plain !== undefined) imports.push(...plain.split(',').map(firstWord).filter(isDotted));
    else imports.push(...importedFrom(from ?? '', names));
    at = Math.max(at, IMPORT.lastIndex - 1);
  }
  return imports;
}

function importedFrom(from: string, names: string): string[] {
  const imported = names
    .replace(/[()]|#[^\n]*/g, '')
    .split(',')
    .map(firstWord)
    .filter(isDotted);
  return imported.length === 0 ? [from] : imported.map((name) => `${from}.${name}`);
}

const firstWord = (text: string) => text.trim().split(/\s/)[0] ?? '';
const isDotted = (text: string) => /^[A-Za-z_][\w.]*$/.test(text);

const APP = '(?:FastAPI|Flask|Starlette|Litestar|Sanic|Quart)\\(';
const SERVES = [
  new RegExp(`^\\w+(?:[ \\t]*:[^=\\n]+)?[ \\t]*=[ \\t]*${APP}`, 'm'),
  // A library may make one for its own ends, but not in a function of this name.
  new RegExp(
    `^(?:async )?def (?:create|make|build|get)_(?:app|application|server)\\([\\s\\S]{0,5000}?${APP}`,
    'm',
  ),
  new RegExp(`\\bself\\.app[ \\t]*=[ \\t]*${APP}`),
  /=[ \t]*grpc\.(?:aio\.)?server\(/,
];

/** Makes the object that a web framework serves, or a server of gRPC's. */
export function servesIn(text: string): boolean {
  return (
    /FastAPI|Flask|Starlette|Litestar|Sanic|Quart|grpc/.test(text) &&
    SERVES.some((serves) => serves.test(text))
  );
}
