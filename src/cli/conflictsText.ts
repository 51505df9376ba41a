// The live conflict matrix for people: a matrix where the terminal has room for it, and a list of the pairs.

import type { Conflicts, ShownBranch } from '../orchestrator/conflicts.ts';
import { printable } from '../task/quote.ts';
import { findingText } from './clashText.ts';
import type { Style } from './command.ts';
import { fill, shorten, widthOf } from './table.ts';
import { count } from './words.ts';

type Clash = Conflicts['clashes'][number];

/** Of a list that somebody reads on a terminal; the whole is in `--json`. */
const MOST_PAIRS = 40;
const MOST_FILES = 6;
const MOST_COUNTS = 12;

export function conflictsText(conflicts: Conflicts, columns: number, style: Style): string {
  const { branches, clashes, failed, unread } = conflicts;
  const parts = [
    branches.length === 0 ? 'No live branches: nothing is coded, reviewed or queued.' : heading(conflicts),
    branches.length === 0 ? '' : matrixText(conflicts, columns, style),
    clashes.length === 0 ? '' : pairsText(conflicts, style),
    countsText(conflicts),
    failed
      .map(({ one, other, reason }) =>
        style.red(`? ${names(conflicts, one, other)} could not be merged: ${reason}`),
      )
      .join('\n'),
    unread
      .map(({ path, reason }) => style.red(`? ${printable(path)} could not be read: ${reason}`))
      .join('\n'),
    leftOutText(branches),
  ];
  return parts.filter(Boolean).join('\n\n');
}

function heading({ main, branches, clashes, pairs }: Conflicts): string {
  const found = clashes.length === 0 ? 'no conflicts' : `${count(clashes.length, 'conflict')}`;
  return `${count(branches.length, 'live branch', 'live branches')} and ${main.branch}: ${found} in ${count(pairs, 'pair')}`;
}

const CELL = 3;

/** Empty where the terminal is too narrow for it. */
function matrixText({ branches, clashes, failed, main }: Conflicts, columns: number, style: Style): string {
  const mainWidth = Math.max(CELL, widthOf(main.branch) + 1);
  const cells = mainWidth + CELL * Math.max(0, branches.length - 1);
  const labels = branches.map((branch, index) => `${index + 1}  ${labelOf(branch)}`);
  const room = columns - cells - 2;
  if (room < Math.min(30, Math.max(...labels.map(widthOf)))) return '';
  const width = Math.min(room, Math.max(...labels.map(widthOf)));
  const marks = new Map<string, string>();
  for (const clash of clashes)
    marks.set(`${clash.one} ${clash.other}`, clash.files.length > 0 ? style.red('✗') : style.yellow('~'));
  for (const { one, other } of failed) marks.set(`${one} ${other}`, style.red('?'));
  // Each pair once: of the earlier branch with the later one.
  const markOf = (one: ShownBranch, other: ShownBranch | null) =>
    marks.get(`${one.id} ${other?.id ?? null}`) ?? style.dim('·');
  const head = [
    ' '.repeat(width + 2),
    fill(main.branch, mainWidth),
    ...branches.slice(0, -1).map((_, index) => fill(String(index + 1), CELL)),
  ].join('');
  const rows = branches.map((branch, index) => {
    const before = branches.slice(0, index).map((other) => `${markOf(other, branch)}${' '.repeat(CELL - 1)}`);
    const label = fill(shorten(labels[index] as string, width), width + 2);
    return `${label}${markOf(branch, null)}${' '.repeat(mainWidth - 1)}${before.join('')}`.trimEnd();
  });
  const legend = '✗ conflict   ~ merges, and does not work   · goes together';
  return [style.dim(head.trimEnd()), ...rows, style.dim(legend)].join('\n');
}

function labelOf({ id, status, title, uncommitted }: ShownBranch): string {
  const dirty = uncommitted === null ? '' : ` +${count(uncommitted.files, 'uncommitted file')}`;
  const named = status === 'worktree' ? 'worktree' : `${id}  ${status}`;
  return printable(`${named}${dirty}  ${title}`);
}

function names({ branches, main }: Pick<Conflicts, 'branches' | 'main'>, one: string, other: string | null) {
  const name = (id: string | null) => {
    const branch = branches.find((known) => known.id === id);
    if (branch === undefined) return id ?? main.branch;
    return printable(branch.status === 'worktree' ? branch.id : `${branch.id} “${branch.title}”`);
  };
  return `${name(one)} and ${name(other)}`;
}

function pairsText(conflicts: Conflicts, style: Style): string {
  const { clashes } = conflicts;
  const sizeOf = ({ files, more, findings }: Clash) => files.length + more + findings.length;
  const sorted = clashes.toSorted((one, other) => sizeOf(other) - sizeOf(one));
  const shown = sorted.slice(0, MOST_PAIRS).map((clash) => pairText(conflicts, clash, style));
  const left = sorted.length - shown.length;
  return [...shown, ...(left > 0 ? [`… and ${count(left, 'pair')} more: --json`] : [])].join('\n');
}

function pairText(conflicts: Conflicts, clash: Clash, style: Style): string {
  const { one, other, files, more, findings } = clash;
  const mark = files.length > 0 ? style.red('✗') : style.yellow('~');
  const left = Math.max(0, files.length - MOST_FILES) + more;
  const first = (id: string | null) => {
    const branch = conflicts.branches.find((known) => known.id === id);
    return branch?.status === 'worktree' ? branch.title : (branch?.id ?? conflicts.main.branch);
  };
  return [
    `${mark} ${names(conflicts, one, other)}`,
    ...files.slice(0, MOST_FILES).map(({ file, kind }) => `    ${printable(file)}  ${style.dim(kind)}`),
    ...(left > 0 ? [`    … and ${count(left, 'file')} more`] : []),
    ...findings
      .slice(0, MOST_FILES)
      .map((finding) => `    ${findingText(finding, first(one), first(other))}`),
    ...(findings.length > MOST_FILES ? [`    … and ${findings.length - MOST_FILES} more such uses`] : []),
  ].join('\n');
}

/** Whom the most conflict with: where there are only a few, the list says it. */
function countsText({ branches, clashes }: Conflicts): string {
  if (clashes.length < 4) return '';
  const counts = new Map<string, number>();
  for (const { one, other } of clashes)
    for (const id of [one, other]) if (id !== null) counts.set(id, (counts.get(id) ?? 0) + 1);
  const sorted = branches
    .map(({ id, title, status }) => ({
      name: status === 'worktree' ? title : id,
      times: counts.get(id) ?? 0,
    }))
    .filter(({ times }) => times > 0)
    .toSorted((one, other) => other.times - one.times);
  const named = sorted.slice(0, MOST_COUNTS).map(({ name, times }) => `${name} ${times}`);
  const left = sorted.length - named.length;
  return `Conflicts of each: ${named.join(', ')}${left > 0 ? `, and of ${left} more` : ''}`;
}

function leftOutText(branches: readonly ShownBranch[]): string {
  return branches
    .filter(({ uncommitted }) => (uncommitted?.leftOut.length ?? 0) > 0)
    .map(({ id, uncommitted }) => {
      const [first = '', ...rest] = uncommitted?.leftOut ?? [];
      return `${id}: ${printable(first)}${rest.length > 0 ? ` and ${rest.length} more` : ''} not looked at (large, or a repository of its own)`;
    })
    .join('\n');
}
