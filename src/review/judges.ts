// Who has to review a change: told from the paths that it really changes, whatever its task says.

import type { Panel } from '../config/reviewers.ts';
import { listed } from '../task/list.ts';
import { printable } from '../task/quote.ts';

/** Reviewers who decide together, and what of a change they are asked about. */
export interface Judges extends Panel {
  /** All of the change, whoever else is asked. */
  readonly whole: boolean;
  /** The zone whose reviewers they are. */
  readonly zone: string | null;
  /** What they are asked about; empty where that is said by nothing that changes. */
  readonly paths: readonly string[];
}

interface Part {
  readonly panel: Panel;
  readonly paths: readonly string[];
}

export interface Change {
  /** All that it changes. */
  readonly paths: readonly string[];
  /** What `review.paths` decides: each path once. */
  readonly byPath: readonly Part[];
  /** What lies in zones that have reviewers of their own: each path once. */
  readonly byZone: readonly (Part & { readonly zone: string })[];
}

/**
 * A section's reviewers judge all of its tasks, a zone's all that changes something in it, a path's likewise, and the usual
 * ones what is left. All of them have to approve: who changes more meets more reviewers, and nobody can choose a milder one.
 * @param usual those of the section (`whole`), or of everybody
 */
export function judgesOf(
  usual: Panel & { readonly whole: boolean },
  { paths, byPath, byZone }: Change,
): Judges[] {
  const parts: Judges[] = [
    ...byZone.map(({ panel, zone, paths: own }) => ({ ...panel, whole: false, zone, paths: own })),
    ...byPath.map(({ panel, paths: own }) => ({ ...panel, whole: false, zone: null, paths: own })),
  ].filter((part) => part.paths.length > 0);
  const taken = new Set(parts.flatMap((part) => part.paths));
  const rest = paths.filter((path) => !taken.has(path));
  if (!usual.whole && rest.length === 0 && parts.length > 0) return parts;
  return [{ ...usual, zone: null, paths: usual.whole ? paths : rest }, ...parts];
}

/** Whether what it changes has to do with it. */
export function isParted(judges: readonly Judges[]): boolean {
  return judges.length > 1 || judges.some(({ whole, where }) => !whole && where !== 'reviewer');
}

/** Paths of a part that a sentence names. */
const SHOWN = 3;

/** `api-owner (runners.zones: api) of api/a.ts; a person (review.paths: docs/**) of docs/b.md`; `nobody` where nobody is. */
export function judgesText(judges: readonly Judges[]): string {
  return judges.map(judgesOfPart).join('; ');
}

function judgesOfPart({ by, rule, where, whole, paths }: Judges): string {
  const names = by.map((name) => (name === 'human' ? 'a person' : name));
  const who = {
    all: names.join(' and '),
    any: `one of ${names.join(', ')}`,
    majority: `most of ${names.join(', ')}`,
  }[names.length > 1 ? rule : 'all'];
  const what = whole || paths.length === 0 ? '' : ` of ${listed(paths.map(printable), SHOWN)}`;
  return `${who || 'nobody'} (${where})${what}`;
}

/** For the dossier: who else judges, and, where it is given to one of them, what that one is asked about. */
export function judgesNotes(judges: readonly Judges[], name?: string): string[] {
  if (!isParted(judges)) return [];
  const each = `Who reviews it is told from what it changes: ${judgesText(judges)}. All of these have to approve.`;
  const own = judges.filter(({ by }) => name !== undefined && by.includes(name));
  if (own.length === 0) return [each];
  return [
    each,
    `You are ${name}, asked as ${own.map(({ where }) => where).join(' and ')}. What others are asked about is for you to judge only as far as it breaks that.`,
  ];
}
