// A route by what is known of the repository's parts, be it declared or discovered.

import { type Ground, type Route, route } from './route.ts';
import { type Area, type AreaSection, areasOf, around, bothOwnersOf, type Part } from './routeAreas.ts';
import type { Evidence } from './routeFiles.ts';
import type { RoutingPattern } from './routePatterns.ts';
import type { ReadText, TaskText } from './routeText.ts';

export interface Described {
  readonly parts: readonly Part[];
  readonly patterns: readonly RoutingPattern[];
  /** By nobody: it is what discovery says. */
  readonly discovered: boolean;
}

/**
 * Patterns that discovery makes of names are asked only where nothing else speaks for a section: on the history of
 * changesets they were right less often than words and files (37 % instead of 51).
 * @param text the task's, as `readText` has read it
 */
export function routeOn(
  task: TaskText,
  text: ReadText,
  evidence: Evidence,
  sections: readonly AreaSection[],
  { parts, patterns, discovered }: Described,
): { readonly routed: Route; readonly ground: Ground } {
  const areas = areasOf(sections, parts);
  const ground: Ground = { ...evidence, areas, discovered, patterns: discovered ? [] : patterns };
  const routed = route(task, text, ground);
  if (!discovered || routed.section !== null || sections.length === 0) return { routed, ground };
  const more: Ground = { ...ground, patterns: leading(patterns, areas, text) };
  return { routed: route(task, text, more), ground: more };
}

/**
 * Those that the text has, since a thousand parts have a thousand. They lead to the section that the part lies in, where it
 * has none of its own; where there is none, to nobody.
 */
function leading(
  patterns: readonly RoutingPattern[],
  areas: readonly Area[],
  { text }: ReadText,
): RoutingPattern[] {
  const byKey = new Map(areas.map((area) => [area.key, area]));
  const owners = bothOwnersOf(areas);
  return patterns.flatMap(({ match, section }) => {
    // Escaped words with a bar between: none that tries long.
    if (!new RegExp(match, 'i').test(text)) return [];
    const area = byKey.get(section);
    const holder = area && around(area, owners);
    return holder?.section ? [{ match, section: holder.section.name }] : [];
  });
}
