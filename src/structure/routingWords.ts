// The words of a task that lead it to a component, where nobody has said otherwise.

import type { Component, Kind } from './component.ts';

export const LONGEST_TITLE = 40;

/** Said of a kind by everybody. They help only where one component is of that kind. */
const OF_KIND: Readonly<Record<Kind, readonly string[]>> = {
  backend: ['endpoint', 'route', 'backend', 'server'],
  frontend: ['frontend', 'page', 'UI'],
  mobile: ['mobile', 'iOS', 'Android'],
  cli: ['CLI', 'command line'],
  library: [],
  infrastructure: ['infrastructure', 'deploy', 'deployment'],
  documentation: ['documentation', 'docs', 'guide'],
  other: [],
};

/** Words of titles that tell nothing apart. */
const EMPTY = new Set([
  'app',
  'apps',
  'the',
  'and',
  'of',
  'for',
  'a',
  'an',
  'service',
  'package',
  'library',
  'project',
]);

/**
 * Regular expressions for `taskRouting.patterns`, by the key of a component: its title, its key, the words of both that no
 * other component has, and the words of its kind where it is the only one of it.
 */
export function routingPatterns(components: readonly Component[]): Map<string, string> {
  const kinds = Map.groupBy(components, ({ kind }) => kind);
  const owners = new Map<string, Set<string>>();
  for (const one of components) {
    for (const word of partsOf(one)) {
      const lower = word.toLowerCase();
      owners.set(lower, (owners.get(lower) ?? new Set()).add(one.key));
    }
  }
  const patterns = new Map<string, string>();
  for (const one of components) {
    const own = partsOf(one).filter((word) => owners.get(word.toLowerCase())?.size === 1);
    const ofKind = kinds.get(one.kind)?.length === 1 ? OF_KIND[one.kind] : [];
    const words = different([...titleOf(one), one.key, ...own, ...ofKind]);
    patterns.set(one.key, words.map(bounded).join('|'));
  }
  return patterns;
}

/** A title that is longer is a sentence of a README. */
function titleOf({ title }: Component): string[] {
  const trimmed = title.trim();
  return trimmed !== '' && trimmed.length <= LONGEST_TITLE && !trimmed.includes('\n') ? [trimmed] : [];
}

function partsOf(one: Component): string[] {
  const parts = [...titleOf(one), one.key].flatMap((text) => text.split(/[^\p{L}\p{N}]+/u));
  return parts.filter((word) => word.length > 1 && !EMPTY.has(word.toLowerCase()));
}

function different(words: readonly string[]): string[] {
  const known = new Set<string>();
  return words.filter((word) => {
    const lower = word.toLowerCase();
    return known.has(lower) ? false : known.add(lower);
  });
}

function bounded(word: string): string {
  const escaped = word.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  // "ui" stands in "build", "api" in "capital".
  return word.length <= 3 && /^\w+$/.test(word) ? `\\b${escaped}\\b` : escaped;
}
