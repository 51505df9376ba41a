// From what was discovered to what structure.yaml says of it: names, dependencies, isolation and routing.

import type { Component, Structure } from './component.ts';
import { LONGEST_TITLE, routingPatterns } from './routingWords.ts';
import { type DeclaredComponent, type DeclaredShared, keyOf, type StructureFile } from './structureFile.ts';

/** Names of discovered components by their keys; none is among `taken`, and no two are the same. */
export function nameComponents(
  components: readonly Component[],
  taken: readonly string[] = [],
): Map<string, string> {
  const used = new Set(taken.map(keyOf));
  const names = new Map<string, string>();
  const give = ({ key }: Component, wanted: readonly string[]) => {
    const numbered = wanted.at(-1) ?? key;
    const free = wanted.find((name) => !used.has(keyOf(name))) ?? firstFree(numbered, used);
    used.add(keyOf(free));
    names.set(key, free);
  };
  // Keys are names of shared packages, as code calls them: they go first.
  for (const one of components) if (one.shared) give(one, [one.key, one.path || one.key]);
  for (const one of components) {
    if (one.shared) continue;
    const title = one.title.trim();
    const fine = title !== '' && title.length <= LONGEST_TITLE && !title.includes('\n');
    give(one, fine ? [title, `${title} (${one.key})`] : [one.key, one.path || one.key]);
  }
  return names;
}

function firstFree(name: string, used: ReadonlySet<string>): string {
  let number = 2;
  while (used.has(keyOf(`${name} ${number}`))) number++;
  return `${name} ${number}`;
}

/** What others a component uses, or is used by, by name, each once. */
export type Neighbours = (
  key: string,
  direction: 'uses' | 'usedBy',
  nameOf: (key: string) => string | undefined,
) => string[];

export function neighboursIn({ edges }: Structure): Neighbours {
  const uses = Map.groupBy(edges, ({ from }) => from);
  const usedBy = Map.groupBy(edges, ({ to }) => to);
  return (key, direction, nameOf) => {
    const others =
      direction === 'uses'
        ? (uses.get(key) ?? []).map(({ to }) => to)
        : (usedBy.get(key) ?? []).map(({ from }) => from);
    const names = others.filter((other) => other !== key).map(nameOf);
    return [...new Set(names.filter((name) => name !== undefined))];
  };
}

export function declareComponent(
  name: string,
  { paths }: Component,
  dependencies: readonly string[],
): DeclaredComponent {
  return { name, paths: [...paths], dependencies: [...dependencies], isolation: 'parallel' };
}

/** @param dependencies what it uses that is not shared */
export function declareShared(
  name: string,
  { paths }: Pick<Component, 'paths'>,
  usedBy: readonly string[],
  dependencies: readonly string[],
): DeclaredShared {
  return {
    name,
    paths: [...paths],
    usedBy: [...usedBy],
    ...(dependencies.length > 0 ? { dependencies: [...dependencies] } : {}),
    isolation: 'exclusive',
  };
}

/** One component, or none, is no monorepo. */
export function isMonorepo({ components }: Structure): boolean {
  return components.length > 1;
}

/** What `init --monorepo` writes. */
export function declare(structure: Structure): StructureFile {
  const names = nameComponents(structure.components);
  const nameOf = (key: string) => names.get(key);
  const neighbours = neighboursIn(structure);
  const sharedKeys = new Set(structure.components.flatMap((one) => (one.shared ? [one.key] : [])));
  const nameOfOwn = (key: string) => (sharedKeys.has(key) ? undefined : names.get(key));
  const components: DeclaredComponent[] = [];
  const shared: DeclaredShared[] = [];
  for (const one of structure.components) {
    const name = nameOf(one.key) ?? one.key;
    if (one.shared) {
      const users = neighbours(one.key, 'usedBy', nameOf);
      shared.push(declareShared(name, one, users, neighbours(one.key, 'uses', nameOfOwn)));
    } else components.push(declareComponent(name, one, neighbours(one.key, 'uses', nameOf)));
  }
  const patterns = [...routingPatterns(structure.components)].map(([key, match]) => ({
    match,
    section: nameOf(key) ?? key,
  }));
  return {
    version: 1,
    type: isMonorepo(structure) ? 'monorepo' : 'single',
    components,
    shared,
    taskRouting: { patterns },
  };
}
