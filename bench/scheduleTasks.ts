// Commits of a repository's history as tasks: in batches, each of which somebody has added at once. Routing sees what main
// was before the batch and nothing later.

import { type CommitPaths, listCommitPaths } from '../src/git/changes.ts';
import type { Git } from '../src/git/client.ts';
import { isLockfile } from '../src/git/lockfiles.ts';
import { findSymbols } from '../src/git/mentions.ts';
import { listFiles } from '../src/git/tree.ts';
import { guess } from '../src/structure/route.ts';
import { FileIndex } from '../src/structure/routeFiles.ts';
import { History } from '../src/structure/routeHistory.ts';
import { readText } from '../src/structure/routeText.ts';
import type { Sha } from '../src/task/ids.ts';
import type { Touches } from '../src/task/schedule.ts';

/** As the product keeps of main's history. */
const BEFORE = 2_000;
const SYMBOLS_MS = 5_000;
/** What changes more is a release, a move or a reformatting, and nobody's task. */
const MANY_PATHS = 40;

export interface PastTask {
  readonly commit: Sha;
  readonly parent: Sha;
  readonly title: string;
  readonly likely: Touches;
  readonly changed: Touches;
  /** Added and deleted. */
  readonly lines: number;
}

export async function readBatches(git: Git, count: number, size: number): Promise<PastTask[][]> {
  const commits = await listCommitPaths(git, 'HEAD', BEFORE + count);
  const lines = await readLines(git, count);
  const first = Math.max(0, commits.length - count);
  const history = new History();
  for (const commit of commits.slice(0, first)) history.add(commit);
  const batches: PastTask[][] = [];
  for (let at = first; at + size <= commits.length; at += size) {
    const batch = commits.slice(at, at + size);
    batches.push(await readBatch(git, batch, history, lines));
    for (const commit of batch) history.add(commit);
  }
  return batches;
}

async function readBatch(
  git: Git,
  batch: readonly CommitPaths[],
  history: History,
  lines: ReadonlyMap<string, number>,
): Promise<PastTask[]> {
  const main = batch.find(({ parent }) => parent !== undefined)?.parent;
  if (main === undefined) return [];
  const files = new FileIndex(await listFiles(git, main));
  const tasks: PastTask[] = [];
  for (const { hash, parent, subject, paths } of batch) {
    if (parent === undefined || paths.length === 0 || paths.length > MANY_PATHS) continue;
    const text = readText({ title: subject, spec: '' });
    const mentions = await findSymbols(git, main, text.symbols, SYMBOLS_MS);
    const { likely } = guess(text, { files, history, mentions });
    tasks.push({
      commit: hash,
      parent,
      title: subject,
      likely: touches(likely),
      changed: touches(paths.map((path) => [path, 1])),
      lines: lines.get(hash) ?? 0,
    });
  }
  return tasks;
}

/** Lockfiles are made anew where they conflict. */
function touches(files: readonly (readonly [string, number])[]): Touches {
  return { files: new Map(files.filter(([path]) => !isLockfile(path))), globs: new Map() };
}

/** @returns lines that each commit added and deleted */
async function readLines(git: Git, count: number): Promise<Map<string, number>> {
  const args = ['log', '--no-merges', '--date-order', '--no-renames', '--numstat', '--no-ext-diff'];
  const text = await git.read([...args, `--max-count=${count}`, '--format=%x00%H', 'HEAD', '--']);
  const lines = new Map<string, number>();
  for (const record of text.split('\0').slice(1)) {
    const [hash = '', ...rows] = record.split('\n');
    const sum = rows.reduce((all, row) => {
      const [, added = '0', deleted = '0'] = /^(\d+)\t(\d+)\t/.exec(row) ?? [];
      return all + Number(added) + Number(deleted);
    }, 0);
    lines.set(hash, sum);
  }
  return lines;
}
