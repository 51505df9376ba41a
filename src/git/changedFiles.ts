// Which files differ between two commits, renames found, of many pairs by one git.

import { type Sha, toSha } from '../task/ids.ts';
import type { Git } from './client.ts';
import { readCommits } from './commits.ts';
import { readable } from './names.ts';
import type { TreeEntry } from './tree.ts';

export interface ChangedFile {
  /** Undefined where it is new. */
  readonly before: TreeEntry | undefined;
  /** Undefined where it is gone. */
  readonly after: TreeEntry | undefined;
}

export interface Span {
  readonly from: Sha;
  readonly to: Sha;
}

/** @returns in the order of the spans */
export async function changedFiles(own: Git, spans: readonly Span[]): Promise<ChangedFile[][]> {
  // Of two trees git names both, whether they differ or not; of two commits one, and only where they do.
  const commits = await readCommits(own, [...new Set(spans.flatMap(({ from, to }) => [from, to]))]);
  const trees = new Map(commits.map(({ hash, tree }) => [hash, tree]));
  const pairs = spans.map(({ from, to }) => `${trees.get(from)} ${trees.get(to)}`);
  const found = spans.length === 0 ? new Map() : await ask(own, [...new Set(pairs)]);
  return pairs.map((pair) => found.get(pair) ?? []);
}

const keyOf = ({ from, to }: Span) => `${from} ${to}`;

/** What `changedFiles` answers, asked once for each span, whoever wants it and when. */
export type ChangesOf = (spans: readonly Span[]) => Promise<ChangedFile[][]>;

export function changesOnce(own: Git): ChangesOf {
  const asked = new Map<string, Promise<ChangedFile[]>>();
  return async (spans) => {
    const fresh = [...new Map(spans.map((span) => [keyOf(span), span])).values()].filter(
      (span) => !asked.has(keyOf(span)),
    );
    const answers = fresh.length === 0 ? Promise.resolve([]) : changedFiles(own, fresh);
    for (const [index, span] of fresh.entries())
      asked.set(
        keyOf(span),
        answers.then((found) => found[index] ?? []),
      );
    return await Promise.all(spans.map(async (span) => (await asked.get(keyOf(span))) ?? []));
  };
}

async function ask(own: Git, pairs: readonly string[]): Promise<ReadonlyMap<string, ChangedFile[]>> {
  const args = ['diff-tree', '--stdin', '-r', '-z', '-M', '--raw', '--no-abbrev', '--ignore-submodules=none'];
  const input = pairs.map((pair) => `${pair}\n`).join('');
  return parse((await own.read(args, { input, binary: true })).split('\0'));
}

/** A line with both trees, then of each file a record with one path or, renamed, two; only these end with an empty byte. */
function parse(words: readonly string[]): ReadonlyMap<string, ChangedFile[]> {
  const found = new Map<string, ChangedFile[]>();
  let files: ChangedFile[] = [];
  for (let at = 0; at < words.length; at++) {
    const lines = (words[at] ?? '').split('\n');
    for (const pair of lines.slice(0, -1)) {
      files = [];
      found.set(pair, files);
    }
    const record = lines.at(-1) ?? '';
    // The last line, whose end is cut off: of trees that are the same.
    if (!record.startsWith(':')) continue;
    const [modeBefore = '', modeAfter = '', before = '', after = '', status = ''] = record
      .slice(1)
      .split(' ');
    const first = readable(words[++at] ?? '');
    const second = /^[RC]/.test(status) ? readable(words[++at] ?? '') : first;
    files.push({
      before: entryOf(first, modeBefore, before),
      after: entryOf(second, modeAfter, after),
    });
  }
  return found;
}

function entryOf(path: string, mode: string, blob: string): TreeEntry | undefined {
  return mode === '000000' ? undefined : { path, mode, blob: toSha(blob) };
}
