// Questions about many commits or refs, each answered by one git, however many they are.

import { type Sha, toSha } from '../task/ids.ts';
import type { Git } from './client.ts';

export interface CommitRef {
  readonly name: string;
  readonly sha: Sha;
  /** The committer's time, in epoch milliseconds. */
  readonly at: number;
  readonly parents: readonly Sha[];
}

/** Refs that name commits. */
export async function listCommitRefs(git: Git, ...patterns: readonly string[]): Promise<CommitRef[]> {
  const format = '--format=%(objectname) %(refname) %(committerdate:unix) %(parent)';
  const text = await git.read(['for-each-ref', format, ...patterns]);
  return text
    .split('\n')
    .filter(Boolean)
    .flatMap((line) => {
      const [sha = '', name = '', seconds = '', ...parents] = line.split(' ');
      if (seconds === '') return []; // no commit
      const at = Number(seconds) * 1000;
      return [{ name, sha: toSha(sha), at, parents: parents.filter(Boolean).map(toSha) }];
    });
}

/** Refs that go with the worktree. */
const PASSING = ['bisect', 'worktree', 'rewritten'].map((kind) => `--exclude=refs/${kind}/*`);

/**
 * Which of these commits no lasting ref holds, without those that another one holds.
 * @param main holds what is on it too
 */
export async function tipsWithoutRef(
  git: Git,
  commits: readonly Sha[],
  main: Sha | undefined,
): Promise<Sha[]> {
  const known = ['--not', ...PASSING, '--glob=refs/*', ...(main === undefined ? [] : [main])];
  const args = ['rev-list', '--parents', '--ignore-missing', '--stdin', ...known];
  const graph = toGraph(await git.read(args, { input: lines(commits) }));
  const inner = new Set([...graph.values()].flat());
  return [...graph.keys()].filter((commit) => !inner.has(commit));
}

/** How many commits each of these has that `main` has not. All have to exist. */
export async function countCommitsEach(
  git: Git,
  tips: readonly Sha[],
  main: Sha,
): Promise<ReadonlyMap<Sha, number>> {
  if (tips.length === 0) return new Map();
  const args = ['rev-list', '--parents', '--stdin', '--not', main];
  const graph = toGraph(await git.read(args, { input: lines(tips) }));
  return new Map(tips.map((tip) => [tip, reach(graph, tip)]));
}

function reach(graph: ReadonlyMap<Sha, readonly Sha[]>, tip: Sha): number {
  const seen = new Set<Sha>();
  const open = [tip];
  for (let commit = open.pop(); commit !== undefined; commit = open.pop()) {
    const parents = graph.get(commit);
    if (parents === undefined || seen.has(commit)) continue;
    seen.add(commit);
    open.push(...parents);
  }
  return seen.size;
}

/** Which of these commits git proves to be on `main`. One that is missing is not. */
export async function provenOn(git: Git, main: Sha, commits: readonly Sha[]): Promise<ReadonlySet<Sha>> {
  if (commits.length === 0) return new Set();
  const format = '--batch-check=%(objectname) %(objecttype)';
  const answers = (await git.read(['cat-file', format], { input: lines(commits) })).split('\n');
  const there = answers
    .filter((line) => line.endsWith(' commit'))
    .map((line) => toSha(line.split(' ')[0] ?? ''));
  const counts = await countCommitsEach(git, there, main);
  return new Set(there.filter((commit) => counts.get(commit) === 0));
}

export interface FileChange {
  /** `A`, `M`, `D`, `T` */
  readonly status: string;
  readonly path: string;
}

/** The files in which each of these commits differs from the one given with it. */
export async function changedFilesEach(
  git: Git,
  pairs: readonly (readonly [commit: Sha, from: Sha])[],
): Promise<ReadonlyMap<Sha, readonly FileChange[]>> {
  const changes = new Map<Sha, FileChange[]>(pairs.map(([commit]) => [commit, []]));
  if (pairs.length === 0) return changes;
  const args = [
    'diff-tree',
    '--stdin',
    '-r',
    '-z',
    '--no-renames',
    '--name-status',
    '--ignore-submodules=none',
  ];
  const input = `${pairs.map((pair) => pair.join(' ')).join('\n')}\n`;
  const fields = (await git.read(args, { input })).split('\0');
  let current: FileChange[] | undefined;
  for (let at = 0; at < fields.length; at++) {
    const field = fields[at] ?? '';
    if (/^[A-Z]$/.test(field)) current?.push({ status: field, path: fields[++at] ?? '' });
    else if (field !== '') current = changes.get(toSha(field.trim()));
  }
  return changes;
}

const lines = (commits: readonly Sha[]) => `${commits.join('\n')}\n`;

/** `commit parent parent…` on each line. */
function toGraph(text: string): Map<Sha, Sha[]> {
  return new Map(
    text
      .split('\n')
      .filter(Boolean)
      .map((line) => {
        const [commit = '', ...parents] = line.split(' ');
        return [toSha(commit), parents.map(toSha)];
      }),
  );
}
