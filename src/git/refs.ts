import { type Sha, toSha } from '../task/ids.ts';
import { type Git, GitFailure } from './client.ts';
import { type CommitObject, readCommits } from './commits.ts';
import { commitFromFile } from './files.ts';
import { readObject } from './objects.ts';

/** The commit that a name means, or undefined when there is none. */
export async function resolveCommit(git: Git, name: string): Promise<Sha | undefined> {
  const known = await commitFromFile(git, name);
  if (known !== undefined) return known === 'absent' ? undefined : known;
  const answer = await git.run(['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`]);
  return answer.code === 0 ? toSha(answer.stdout.trim()) : undefined;
}

export async function isAncestor(git: Git, ancestor: Sha, descendant: Sha): Promise<boolean> {
  if (ancestor === descendant) return true;
  const args = ['merge-base', '--is-ancestor', ancestor, descendant];
  const answer = await git.run(args);
  if (answer.code > 1) throw new GitFailure(args, answer);
  return answer.code === 0;
}

/** Whether `ancestor` is one of the next first parents: what it cannot tell is left to `isAncestor`. */
export async function isNearAncestor(git: Git, ancestor: Sha, descendant: Sha): Promise<boolean> {
  let at: Sha | undefined = descendant;
  for (let steps = 0; steps < NEAR && at !== undefined; steps++) {
    if (at === ancestor) return true;
    const [commit]: CommitObject[] = await readCommits(git, [at]);
    at = commit?.parents[0];
  }
  return false;
}

const NEAR = 8;

/** How many commits `to` has that `from` has not. */
export async function countCommits(git: Git, from: Sha, to: Sha): Promise<number> {
  return Number(await git.read(['rev-list', '--count', `${from}..${to}`]));
}

export async function mergeBase(git: Git, one: Sha, other: Sha): Promise<Sha | undefined> {
  const args = ['merge-base', one, other];
  const answer = await git.run(args);
  if (answer.code > 1) throw new GitFailure(args, answer);
  return answer.code === 0 ? toSha(answer.stdout.trim()) : undefined;
}

export interface Ref {
  readonly name: string;
  readonly sha: Sha;
}

export async function listRefs(git: Git, ...patterns: readonly string[]): Promise<Ref[]> {
  const text = await git.read(['for-each-ref', '--format=%(objectname) %(refname)', ...patterns]);
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => ({
      sha: toSha(line.slice(0, line.indexOf(' '))),
      name: line.slice(line.indexOf(' ') + 1),
    }));
}

/** One line of `git update-ref --stdin`; `null` means that the ref must not exist (before) or is deleted (after). */
export type RefChange =
  | { readonly kind: 'verify'; readonly ref: string; readonly is: Sha }
  | { readonly kind: 'update'; readonly ref: string; readonly to: Sha; readonly from?: Sha | null }
  | { readonly kind: 'delete'; readonly ref: string; readonly from: Sha };

const SYNC = ['-c', 'core.fsync=committed,loose-object,reference'];

/**
 * Changes refs all together or not at all.
 * @param durable flush objects and refs to the disk first: for main
 * @returns what git said when one of them was not what it had to be
 */
export async function changeRefs(
  git: Git,
  changes: readonly RefChange[],
  message: string,
  durable = false,
): Promise<{ readonly kind: 'changed' } | { readonly kind: 'stale'; readonly said: string }> {
  if (changes.length === 0) return { kind: 'changed' };
  const input = ['start', ...changes.map(toLine), 'prepare', 'commit', ''].join('\n');
  const args = [...(durable ? SYNC : []), 'update-ref', '-m', message, '--stdin'];
  const answer = await git.run(args, { input });
  if (answer.code === 0) return { kind: 'changed' };
  // "is at … but expected …", "reference already exists", "unable to resolve reference": the swap was lost.
  if (/but expected|already exists|unable to resolve reference|reference is missing/.test(answer.stderr)) {
    return { kind: 'stale', said: answer.stderr.trim() };
  }
  throw new GitFailure(args, answer);
}

function toLine(change: RefChange): string {
  if (change.kind === 'verify') return `verify ${change.ref} ${change.is}`;
  if (change.kind === 'delete') return `delete ${change.ref} ${change.from}`;
  if (change.from === undefined) return `update ${change.ref} ${change.to}`;
  return change.from === null
    ? `create ${change.ref} ${change.to}`
    : `update ${change.ref} ${change.to} ${change.from}`;
}

/** Stores a text as a blob. */
export async function writeBlob(git: Git, text: string): Promise<Sha> {
  return toSha(await git.read(['hash-object', '-w', '--stdin'], { input: text }));
}

/** The text of a blob; undefined when the object is missing or something else. */
export async function readBlob(git: Git, name: Sha): Promise<string | undefined> {
  const object = await readObject(git, name);
  return object?.type === 'blob' ? object.body.toString('utf8') : undefined;
}

/** A file's text in a commit's tree, or undefined when it is not there. */
export async function readFileAt(git: Git, commit: string, path: string): Promise<string | undefined> {
  const object = await readObject(git, `${commit}:${path}`);
  return object?.type === 'blob' ? object.body.toString('utf8') : undefined;
}

/** Whether a name could be a branch. */
export async function isBranchName(git: Git, name: string): Promise<boolean> {
  return (await git.run(['check-ref-format', '--branch', name])).code === 0;
}
