// Which files differ between two commits, renames found, of many pairs by one git.

import { type Sha, toSha } from '../task/ids.ts';
import type { Git } from './client.ts';
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
  const found = new Map<Span, ChangedFile[]>();
  let left = spans;
  while (left.length > 0) {
    // Git names only the commit that is compared, and says nothing of those that are the same: each once in a round.
    const round = new Map(left.map((span) => [span.to, span]));
    for (const [to, files] of await ask(own, [...round.values()])) found.set(round.get(to) as Span, files);
    const asked = new Set(round.values());
    left = left.filter((span) => !asked.has(span));
  }
  return spans.map((span) => found.get(span) ?? []);
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

async function ask(own: Git, spans: readonly Span[]): Promise<Map<Sha, ChangedFile[]>> {
  const args = ['diff-tree', '--stdin', '-r', '-z', '-M', '--raw', '--no-abbrev', '--ignore-submodules=none'];
  const input = spans.map(({ from, to }) => `${to} ${from}\n`).join('');
  return parse((await own.read(args, { input, binary: true })).split('\0'));
}

/** The commit, and of each file a record with one path or, renamed, two. */
function parse(words: readonly string[]): Map<Sha, ChangedFile[]> {
  const found = new Map<Sha, ChangedFile[]>();
  let files: ChangedFile[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (word === '') continue;
    if (!word.startsWith(':')) {
      files = [];
      found.set(toSha(word), files);
      continue;
    }
    const [modeBefore = '', modeAfter = '', before = '', after = '', status = ''] = word.slice(1).split(' ');
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
