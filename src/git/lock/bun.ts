// bun's lockfile. Its places say only where a package lies. bun lays them anew at will (what lies at the top today is with whom it
// is for tomorrow), and believes them without a look at the ranges. So what is merged is which package each one is given, and
// they are laid for that.

import { canonical, type Node, readJson } from '../json.ts';
import { mergeManifest } from '../manifest.ts';
import { BROUGHT, type Dependency, findFrom, layOut, needOf } from './layOut.ts';
import { type MergedLock, mergePlace, type Pin } from './rule.ts';

/**
 * @param base what both began with; undefined where both added the file
 * @param ours main's
 * @returns undefined where one of them is no text of bun's, or they have different formats or overrides
 */
export function mergeBun(base: string | undefined, ours: string, theirs: string): MergedLock | undefined {
  const [mine, other] = [read(ours), read(theirs)];
  const from = base === undefined ? NOTHING : read(base);
  if (!from || !mine || !other) return undefined;
  const members = mergeMembers(from, mine, other);
  if (members === undefined) return undefined;
  const given = new Map<string, string>();
  let lost = false;
  for (const need of new Set([...mine.given.keys(), ...other.given.keys()])) {
    const place = [from.given.get(need), mine.given.get(need), other.given.get(need)] as const;
    const merged = mergePlace(place, { isSame: Object.is, pinOf, keeps: true });
    if (merged.entry !== undefined) given.set(need, merged.entry);
    lost ||= merged.lost;
  }
  const packages = new Map([...other.packages, ...mine.packages]);
  const places = layOut(dependenciesIn(workspacesOf(members.get('workspaces') ?? '{}'), packages), given);
  return places && { text: write(members, places, packages, ours), lost };
}

interface Lock {
  /** What it says besides its packages, each as it stands. */
  readonly members: ReadonlyMap<string, string>;
  /** By `name@version`: all that is said of it. */
  readonly packages: ReadonlyMap<string, string>;
  /** By what is needed. */
  readonly given: ReadonlyMap<string, string>;
}

const NOTHING: Lock = { members: new Map(), packages: new Map(), given: new Map() };

function read(text: string): Lock | undefined {
  const whole = readJson(withoutLastCommas(text))?.members;
  const members = new Map(whole?.map(({ key, value }) => [key, value.text]));
  const at = whole?.find(({ key }) => key === 'packages')?.value.members;
  if (!at || !members.delete('packages') || !members.has('lockfileVersion')) return undefined;
  const places = new Map<string, string>();
  const packages = new Map<string, string>();
  for (const { key, value } of at) {
    const id = idOf(value);
    if (id === undefined) return undefined;
    places.set(key, id);
    packages.set(id, value.text);
  }
  const dependenciesOf = dependenciesIn(workspacesOf(members.get('workspaces') ?? '{}'), packages);
  const given = new Map<string, string>();
  for (const [place, id] of [['', ''] as const, ...places]) {
    const dependencies = dependenciesOf(id);
    if (dependencies === undefined) return undefined;
    for (const dependency of dependencies) {
      const found = findFrom(places, place, dependency.name);
      if (found !== undefined) given.set(needOf(id, dependency), found);
    }
  }
  return { members, packages, given };
}

/** bun writes one after the last of each list, which JSON does not know. */
const withoutLastCommas = (text: string) =>
  text.replaceAll(/("(?:[^"\\]|\\.)*")|,(?=\s*[\]}])/g, (_, string: string | undefined) => string ?? '');

function idOf({ text }: Node): string | undefined {
  const [id] = [JSON.parse(text) as unknown].flat();
  if (typeof id !== 'string') return undefined;
  return aboutOf(text).bundled === true ? id + BROUGHT : id;
}

/** What is needed, and other things. Before it there is where it comes from, or nothing. */
const aboutOf = (text: string): Fields =>
  (JSON.parse(text) as unknown[]).map(fieldsOf).find((fields) => Object.keys(fields).length > 0) ?? {};

/** `deep@1.0.0`, `@scope/a@git+ssh://…#commit` */
function pinOf(id: string): Pin | undefined {
  const version = id.slice(id.indexOf('@', 1) + 1).replace(BROUGHT, '');
  return /^(?:workspace|link|file|root):/.test(version) ? undefined : { version, source: '' };
}

type Fields = Readonly<Record<string, unknown>>;
type Workspaces = Readonly<Record<string, Fields>>;

function workspacesOf(text: string): Workspaces {
  return Object.fromEntries(
    Object.entries(JSON.parse(text) as Fields).map(([at, one]) => [at, fieldsOf(one)]),
  );
}

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};

/** @returns undefined for a package that nothing is said of */
function dependenciesIn(workspaces: Workspaces, packages: ReadonlyMap<string, string>) {
  return (id: string): readonly Dependency[] | undefined => {
    if (id === '') return [...dependenciesOf(workspaces[''] ?? {}), ...membersOf(workspaces)];
    const [, workspace] = /.@workspace:(.*)$/.exec(id) ?? [];
    if (workspace !== undefined) return dependenciesOf(workspaces[workspace] ?? {});
    const text = packages.get(id);
    if (text === undefined) return undefined;
    return dependenciesOf(aboutOf(text));
  };
}

/** All of them lie at the top, needed or not. */
function membersOf(workspaces: Workspaces): readonly Dependency[] {
  return Object.entries(workspaces).flatMap(([at, { name }]) =>
    at !== '' && typeof name === 'string' ? [{ name, range: `workspace:${at}`, kind: 'needed' }] : [],
  );
}

const FIELDS = {
  dependencies: 'needed',
  devDependencies: 'needed',
  optionalDependencies: 'optional',
  peerDependencies: 'peer',
} as const;

function dependenciesOf(fields: Fields): readonly Dependency[] {
  const found = new Map<string, Dependency>();
  for (const [field, kind] of Object.entries(FIELDS))
    for (const [name, range] of Object.entries(fieldsOf(fields[field])))
      if (!found.has(name)) found.set(name, { name, range: String(range), kind });
  return [...found.values()];
}

/** They say which package a range means, whatever is given. */
const RANGES = ['lockfileVersion', 'overrides', 'catalog', 'catalogs'];

function mergeMembers(base: Lock, ours: Lock, theirs: Lock): ReadonlyMap<string, string> | undefined {
  const merged = new Map<string, string>();
  for (const key of new Set([...ours.members.keys(), ...theirs.members.keys()])) {
    const [from, mine, other] = [base, ours, theirs].map(({ members }) => members.get(key));
    const text =
      key === 'workspaces'
        ? mergeManifest(from, mine ?? '{}', other ?? '{}')
        : mergePlace([from, mine, other], { isSame, pinOf: () => undefined }).entry;
    const differ = mine === undefined || other === undefined || !isSame(mine, other);
    if (differ && (RANGES.includes(key) || (key === 'workspaces' && text === undefined))) return undefined;
    if (text !== undefined) merged.set(key, text);
  }
  return merged;
}

const isSame = (one: string, other: string) => canonical(one) === canonical(other);

function write(
  members: ReadonlyMap<string, string>,
  places: ReadonlyMap<string, string>,
  packages: ReadonlyMap<string, string>,
  like: string,
): string {
  const lines = [...places]
    .map(([place, id]) => `    ${JSON.stringify(place)}: ${packages.get(id)}`)
    .join(',\n\n');
  const all = [...members, ['packages', `{\n${lines}\n  }`] as const];
  const text = `{\n${all.map(([key, value]) => `  ${JSON.stringify(key)}: ${value}`).join(',\n')}\n}\n`;
  return like.includes('\r\n') ? text.replaceAll(/\r?\n/g, '\r\n') : text;
}
