// A dossier for a reviewer that can read only what it is given: bounded, and in several parts where the diff is long.

import { type Difference, type Dossier, writeDossier } from './dossier.ts';

export interface Part {
  /** Which files it is about, in words. */
  readonly about: string;
  readonly text: string;
}

export interface Bounds {
  /** Characters of one part. */
  readonly part: number;
  readonly parts: number;
}

export const BOUNDS: Bounds = { part: 200_000, parts: 20 };

/** @returns undefined when even so many parts do not hold all of the diff: what is not read cannot be approved */
export function divide(given: Dossier, bounds: Bounds = BOUNDS): readonly Part[] | undefined {
  if (given.whole.cut) return undefined;
  const { dossier, left: shortened } = shorten(given, bounds);
  const left = [...(given.notes ?? []), ...shortened];
  const whole = [dossier, { ...dossier, sinceLast: null }].map((one, index) =>
    writeDossier({ ...one, notes: [...left, ...(index === 0 || !dossier.sinceLast ? [] : [NO_ATTEMPT])] }),
  );
  const fitting = whole.find((text) => text.length <= bounds.part);
  if (fitting !== undefined) return [{ about: 'all of it', text: fitting }];
  const empty = { ...dossier, sinceLast: null, whole: { ...dossier.whole, text: '' } };
  const room = bounds.part - writeDossier({ ...empty, notes: left }).length - NOTES_ROOM;
  const groups = group(chunksOf(dossier.whole, Math.max(room, 1_000)), Math.max(room, 1_000));
  if (groups.length > bounds.parts) return undefined;
  return groups.map((chunks, index) => {
    const about = namesOf(chunks);
    const others = namesOf(groups.flatMap((other, at) => (at === index ? [] : other)));
    const note = `This is part ${index + 1} of ${groups.length} of the diff: judge only this part (${about}). The other parts are judged by themselves (${others}).`;
    const text = chunks.map((chunk) => chunk.text).join('');
    const part = { ...empty, whole: { ...empty.whole, text }, notes: [...left, NO_ATTEMPT, note] };
    return { about, text: writeDossier(part) };
  });
}

/** Characters for the notes of a part. */
const NOTES_ROOM = 4_000;
const MOST_NAMES = 1_500;
const NO_ATTEMPT = 'The diff of this attempt alone is left out; it is part of the whole one.';

/** Everything but the diff, so that it leaves room for that. @returns also what was left out, in sentences */
function shorten(
  dossier: Dossier,
  bounds: Bounds,
): { readonly dossier: Dossier; readonly left: readonly string[] } {
  const most = Math.floor(bounds.part / 8);
  const left: string[] = [];
  const { task } = dossier;
  const spec = task.spec.slice(0, most);
  if (spec !== task.spec)
    left.push(`The last ${task.spec.length - spec.length} characters of the specification are left out.`);
  const word = dossier.word?.slice(0, most);
  if (word && word !== dossier.word) left.push('The end of the word of who worked on it is left out.');
  const last = <T>(all: readonly T[], what: string): readonly T[] => {
    // Lines of a hundred characters or so.
    const kept = all.slice(-Math.max(1, Math.floor(most / 400)));
    if (kept.length < all.length) left.push(`The first ${all.length - kept.length} ${what} are left out.`);
    return kept;
  };
  const reasons = dossier.rejections.map((one) => ({
    ...one,
    reason: one.reason.slice(0, Math.floor(most / 8)),
  }));
  if (reasons.some((one, index) => one.reason !== dossier.rejections[index]?.reason))
    left.push('The ends of long reasons of rejections are left out.');
  if (reasons.some((one) => one.findings.length > 20))
    left.push('Findings after the twentieth of a rejection are left out.');
  const findings = reasons.map((one) => ({ ...one, findings: one.findings.slice(0, 20) }));
  return {
    dossier: {
      ...dossier,
      task: { ...task, spec },
      word: word ?? null,
      commits: last(dossier.commits, 'commits'),
      rejections: findings.slice(-8),
      foreign: last(dossier.foreign, 'commits of other tasks'),
    },
    left: [
      ...left,
      ...(findings.length > 8 ? [`The first ${findings.length - 8} rejections are left out.`] : []),
    ],
  };
}

interface Chunk {
  readonly file: string;
  readonly text: string;
}

/** Each file's part of a diff; one that is too long in several, each with the file's header. */
function chunksOf(diff: Difference, room: number): Chunk[] {
  // In git's diffs every line of contents has a sign before it: only headers begin like this.
  return diff.text.split(/^(?=diff --git )/m).flatMap((text) => {
    const file = /^diff --git (?:"?a\/)?(.*?)"? "?b\//.exec(text)?.[1] ?? 'the diff';
    if (text.length <= room) return [{ file, text }];
    const header = (/^[\s\S]*?(?=^@@ )/m.exec(text)?.[0] ?? '').slice(0, Math.floor(room / 2));
    return slices(text.slice(header.length), room - header.length - 1).map((slice) => ({
      file,
      text: `${header}${slice}${slice.endsWith('\n') ? '' : '\n'}`,
    }));
  });
}

/** Cut at ends of lines, and within a line only where there is no other way. */
function slices(text: string, most: number): string[] {
  const found: string[] = [];
  for (let from = 0; from < text.length; ) {
    const end = text.lastIndexOf('\n', from + most - 1) + 1;
    const to = from + most >= text.length ? text.length : end > from ? end : from + most;
    found.push(text.slice(from, to));
    from = to;
  }
  return found;
}

/** As many neighbours together as there is room for. */
function group(chunks: readonly Chunk[], room: number): Chunk[][] {
  const groups: Chunk[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const chunk of chunks) {
    if (size + chunk.text.length > room) {
      groups.push([]);
      size = 0;
    }
    groups.at(-1)?.push(chunk);
    size += chunk.text.length;
  }
  return groups;
}

function namesOf(chunks: readonly Chunk[]): string {
  const names = [...new Set(chunks.map((chunk) => chunk.file))].join(', ');
  return names.length <= MOST_NAMES ? names : `${names.slice(0, MOST_NAMES)} …`;
}
