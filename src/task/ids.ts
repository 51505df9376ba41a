// Branded strings: parsed once at the border, trusted behind it.

export type TaskId = string & { readonly __brand: 'TaskId' };
export type Sha = string & { readonly __brand: 'Sha' };
export type BranchName = string & { readonly __brand: 'BranchName' };

const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789';
const LETTERS = 23;

/**
 * A short id of 8 characters that begins with a letter, so that no tool takes it for a number.
 * @param random gives integers in [0, bound)
 */
export function newId(random: (bound: number) => number): string {
  let id = ALPHABET.charAt(random(LETTERS));
  while (id.length < 8) id += ALPHABET.charAt(random(ALPHABET.length));
  return id;
}

/** @throws TypeError when git printed something that is no object name (SHA-1 or SHA-256) */
export function toSha(text: string): Sha {
  if (!/^[0-9a-f]{40}([0-9a-f]{24})?$/.test(text))
    throw new TypeError(`not an object name: ${JSON.stringify(text)}`);
  return text as Sha;
}

export function taskBranch(runnerNumber: number, id: TaskId): BranchName {
  return `runner-${runnerNumber}/task-${id}` as BranchName;
}

/** Of a task that no runner ever had. */
export function personsBranch(id: TaskId): BranchName {
  return taskBranch(0, id);
}

export function branchRef(branch: string): string {
  return `refs/heads/${branch}`;
}

export function shortSha(sha: string): string {
  return sha.slice(0, 8);
}
