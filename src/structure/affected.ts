// Which components a change concerns: those that it touches, and what depends on them.

import type { Component, Structure } from './component.ts';
import { nearestOf } from './paths.ts';

export type Affected =
  /** Something changed that no component owns, and whom that concerns nobody can tell. */
  | { readonly kind: 'all'; readonly because: string }
  | { readonly kind: 'some'; readonly components: readonly Component[] };

/**
 * @param changed paths that a change adds, alters or takes away
 * @param structure of the repository after the change
 */
export function affectedBy(changed: readonly string[], structure: Structure): Affected {
  const components = structure.components.filter(isPart);
  const owner = nearestOf(new Map(components.map((component) => [component.path, component])));
  const reached = new Set<string>();
  for (const path of changed) {
    const owned = owner(path);
    if (owned === undefined) return { kind: 'all', because: path };
    reached.add(owned.key);
  }
  const users = Map.groupBy(structure.edges, (edge) => edge.to);
  // A set that grows while it is walked: each component once, also where they depend on each other in a circle.
  for (const key of reached) for (const edge of users.get(key) ?? []) reached.add(edge.from);
  return { kind: 'some', components: components.filter((component) => reached.has(component.key)) };
}

/** The root is everybody's: what changes there concerns all. */
export function isPart(component: Component): boolean {
  return component.path !== '';
}
