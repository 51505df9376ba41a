// `tasks add --auto-section`: what is suggested, as a person reads it, and what may be chosen. Paths and names are data,
// whatever they look like: nothing in them reaches the terminal as it is.

import type { Routed } from '../../orchestrator/askRouter.ts';
import type { Route, SharedTouched } from '../../structure/route.ts';
import type { AreaSection } from '../../structure/routeAreas.ts';
import { printable } from '../../task/quote.ts';

export interface Choice {
  readonly kind: 'suggested' | 'shared' | 'none' | 'manual';
  readonly section: AreaSection | null;
  /** Globs that the task's paths get, besides those that it was given. */
  readonly paths: readonly string[];
  readonly text: string;
}

const MOST_SHARED = 3;

/**
 * @param apart whether zones keep tasks apart: what is shared is waited for then, else only where its section is exclusive
 * @returns the first is the one that is taken where nobody is asked; the last is to name a section
 */
export function choicesOf(route: Route, apart: boolean): Choice[] {
  const { section, shared } = route;
  const others = shared.filter((one) => one.section?.id !== section?.id);
  const awaited = others.filter((one) => apart || one.section?.exclusive).map(({ key }) => printable(key));
  const free = `run when ${awaited.join(', ')} ${awaited.length === 1 ? 'is' : 'are'} free`;
  const first: Choice =
    section === null
      ? { kind: 'none', section, paths: sharedPaths(shared), text: 'Add without a section' }
      : {
          kind: 'suggested',
          section,
          // The section's own too: paths say what a task touches, and with the shared ones alone it would seem to be all.
          paths: others.length > 0 ? unique([...route.paths, ...sharedPaths(others)]) : [],
          text: `Add to ${named(section)}${awaited.length === 0 ? exclusively(section) : ` (${free})`}`,
        };
  const instead = others
    .flatMap((one) => (one.section ? [one.section] : []))
    .slice(0, MOST_SHARED)
    .map(
      (other): Choice => ({
        kind: 'shared',
        section: other,
        paths: [],
        text: `Add to ${named(other)}${exclusively(other)}`,
      }),
    );
  return [first, ...instead, { kind: 'manual', section: null, paths: [], text: 'Specify section manually' }];
}

const sharedPaths = (shared: readonly SharedTouched[]) => unique(shared.flatMap(({ paths }) => paths));

const unique = (texts: readonly string[]) => [...new Set(texts)];

const named = ({ name }: AreaSection) => `${printable(name)} section`;

const exclusively = ({ exclusive }: AreaSection) => (exclusive ? ' (exclusive)' : '');

/** @returns lines; what is asked comes after them */
export function suggestionLines(route: Route, choices: readonly Choice[]): string[] {
  return [
    route.section === null
      ? '📁 No section suggested'
      : `📁 Suggested Section: ${printable(route.section.name)}`,
    `   Reason: ${printable(route.reason)}`,
    '',
    ...fileLines(route),
    ...route.shared.flatMap(sharedLines),
    '   Options:',
    ...choices.map(({ text }, index) => `   [${index + 1}] ${text}`),
  ];
}

function fileLines({ files }: Route): string[] {
  if (files.length === 0) return ['   Files likely affected: none is likely enough to be named', ''];
  const lines = files.map(
    ({ path, shared }) => `   • ${printable(path)}${shared === null ? '' : ' (SHARED!)'}`,
  );
  return ['   Files likely affected:', ...lines, ''];
}

function sharedLines({ key, affects }: SharedTouched): string[] {
  const touches = `   ⚠️  This task touches ${printable(key)}`;
  if (affects.length === 0) return [`${touches}, which others share.`, ''];
  return [`${touches}, which affects:`, ...affects.map((title) => `   • ${printable(title)}`), ''];
}

/** What `--json` answers of it. */
export function routeDocument({ section, reason, by, files, shared, alternatives, warnings }: Routed) {
  return {
    section: section?.name ?? null,
    reason,
    by,
    files,
    shared: shared.map((one) => ({ key: one.key, section: one.section?.name ?? null, affects: one.affects })),
    alternatives: alternatives.map((one) => ({ section: one.section.name, reason: one.reason })),
    warnings,
  };
}
