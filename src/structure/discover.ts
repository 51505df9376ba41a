// What a repository is made of: the parts that each ecosystem finds, put together into components, and who uses whom.
// Pure over a tree: the same files give the same structure, whoever asks and whenever.

import { listed } from '../task/list.ts';
import type { Component, Discoverer, Edge, Found, Source, Structure, Use } from './component.ts';
import { cyclesOf } from './cycles.ts';
import { type Part, partsOf } from './parts.ts';
import { nearestOf } from './paths.ts';
import type { Tree, Warning } from './tree.ts';

/**
 * @param discoverers in the order of preference: where two find something in one folder, the first one's title, kind and
 * framework count
 */
export async function discover(tree: Tree, discoverers: readonly Discoverer[]): Promise<Structure> {
  return structureOf(tree, await findAll(tree, discoverers));
}

/** What discoverers found, before it is put together. */
export interface FoundAll {
  readonly found: readonly Found[];
  readonly warnings: readonly Warning[];
}

export async function findAll(tree: Tree, discoverers: readonly Discoverer[]): Promise<FoundAll> {
  const warnings: Warning[] = [];
  const found: Found[] = [];
  for (const discoverer of discoverers)
    found.push(...(await discoverer(tree, (warning) => void warnings.push(warning))));
  return { found, warnings };
}

/** Puts it together. Nothing is read for it. */
export function structureOf(tree: Tree, { found, warnings: before }: FoundAll): Structure {
  const warnings = [...before];
  const warn = (warning: Warning) => void warnings.push(warning);
  const parts = partsOf(tree, found);
  const edges = edgesOf(parts, warn);
  warnCycles(parts, edges, warn);
  // A database that two services need to run is no code that both are made of.
  const uses = edges.filter((edge) => edge.sources.some((source) => source !== 'service'));
  const users = Map.groupBy(uses, (edge) => edge.to);
  const components = parts.map(({ found: _, ...part }): Component => {
    return { ...part, shared: (users.get(part.key)?.length ?? 0) > 1 };
  });
  return { components, edges, warnings: sorted(warnings) };
}

/** In the order in which they are said. */
const SOURCES: readonly Source[] = ['manifest', 'project-reference', 'path-alias', 'import', 'service'];

function edgesOf(parts: readonly Part[], warn: (warning: Warning) => void): readonly Edge[] {
  const resolve = resolverOf(parts, warn);
  return parts.flatMap((part) => {
    const uses = new Map<string, Use[]>();
    for (const one of part.found)
      for (const use of one.uses) {
        const to = resolve(one, use);
        if (to === undefined || to === part.key) continue;
        const before = uses.get(to);
        if (before) before.push(use);
        else uses.set(to, [use]);
      }
    return [...uses]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([to, said]) => edgeOf(part.key, to, said));
  });
}

function edgeOf(from: string, to: string, uses: readonly Use[]): Edge {
  const sources = SOURCES.filter((source) => uses.some((use) => use.source === source));
  // What code imports does not tell whether it is only tested with it.
  const said = uses.filter(({ source }) => source !== 'import' && source !== 'path-alias');
  const development = said.length > 0 && said.every((use) => use.development);
  return { from, to, sources, ...(development ? { development } : {}) };
}

/** Names are looked up in the ecosystem that uses them: a Python `utils` is nobody's npm package. */
function resolverOf(parts: readonly Part[], warn: (warning: Warning) => void) {
  const byName = new Map<string, Part>();
  const alike = new Set<string>();
  for (const part of parts)
    for (const one of part.found)
      for (const name of new Set(one.names)) {
        const id = `${one.ecosystem} ${name}`;
        const first = byName.get(id);
        if (first === undefined) byName.set(id, part);
        else if (first !== part && !alike.has(`${id} ${part.path}`)) {
          alike.add(`${id} ${part.path}`);
          warn({ path: one.manifest, sentence: alikeSentence(name, first, part) });
        }
      }
  const owner = nearestOf(new Map(parts.flatMap(ownFolders)));
  const root = parts.find((part) => part.path === '')?.key;
  return ({ ecosystem }: Found, { of }: Use): string | undefined => {
    if ('name' in of) return byName.get(`${ecosystem} ${of.name}`)?.key;
    return of.path === '' ? root : owner(of.path); // who names the root means the part that stands there
  };
}

function alikeSentence(name: string, first: Part, second: Part): string {
  return `Two packages are called "${name}": ${second.path || 'the root'} and ${first.path || 'the root'}. Whoever depends on it is taken to mean ${first.path || 'the root'}; rename one.`;
}

/** Of the root only what is its own: the files at the top are everybody's. */
function ownFolders(part: Part): (readonly [string, string])[] {
  if (part.path !== '' || part.paths.includes('**')) return [[part.path, part.key]];
  return part.paths
    .filter((glob) => glob.endsWith('/**'))
    .map((glob) => [glob.slice(0, -3).replaceAll('\\', ''), part.key]);
}

/** Of a longer circle only the beginning is shown. */
const LONGEST_WAY = 10;

function warnCycles(parts: readonly Part[], edges: readonly Edge[], warn: (warning: Warning) => void): void {
  const paths = new Map(parts.map((part) => [part.key, part.path]));
  const cyclesBy = (some: readonly Edge[]) => {
    const targets = Map.groupBy(some, (edge) => edge.from);
    return cyclesOf(new Map(parts.map(({ key }) => [key, (targets.get(key) ?? []).map((edge) => edge.to)])));
  };
  const firm = edges.filter((edge) => !edge.development);
  const told = cyclesBy(firm);
  for (const cycle of told)
    warn({
      path: paths.get(cycle[0] ?? '') ?? '',
      sentence: `These depend on each other in a circle: ${wayOf(cycle)}. Move what they share into a package of its own.`,
    });
  if (firm.length === edges.length) return;
  const known = new Set(told.flat());
  const soft = new Set(edges.filter((edge) => edge.development).map(({ from, to }) => `${from} → ${to}`));
  for (const cycle of cyclesBy(edges)) {
    if (cycle.some((key) => known.has(key))) continue;
    const steps = cycle.map((key, index) => `${key} → ${cycle[(index + 1) % cycle.length]}`);
    const closing = steps.filter((step) => soft.has(step));
    if (closing.length === 0) continue;
    warn({
      path: paths.get(cycle[0] ?? '') ?? '',
      minor: true,
      sentence: `These depend on each other in a circle, though only through dependencies for development (${listed(closing, LONGEST_WAY)}): ${wayOf(cycle)}. Most package managers allow that; Maven, and tools that order builds by all dependencies, may not.`,
    });
  }
}

function wayOf(cycle: readonly string[]): string {
  const shown = cycle.length > LONGEST_WAY ? [...cycle.slice(0, LONGEST_WAY), '…'] : cycle;
  return [...shown, cycle[0]].join(' → ');
}

/** The same ones once, by place: discoverers may come upon one broken file in turn. */
function sorted(warnings: readonly Warning[]): readonly Warning[] {
  const once = new Map(warnings.map((warning) => [`${warning.path}\0${warning.sentence}`, warning]));
  return [...once].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, warning]) => warning);
}
