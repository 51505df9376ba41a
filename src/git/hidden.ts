// Files of a worktree that git was told not to look at: what is edited there shows in no status, no commit and no archive,
// and stays where it is whatever is checked out.

import type { Git } from './client.ts';
import { splitNames } from './names.ts';

/** `S` stands for `--skip-worktree` (a sparse checkout too), small letters for `--assume-unchanged`. */
const HIDDEN = /^([a-z]|S) /;

const FLAGS = ['--no-assume-unchanged', '--no-skip-worktree'];

/** Has git look at every file again. What a sparse checkout had left out is there then. */
export async function revealHidden(worktree: Git): Promise<void> {
  const listed = splitNames(await worktree.read(['ls-files', '-v', '-z'], { binary: true }));
  const hidden = listed.filter((line) => HIDDEN.test(line)).map((line) => `${line.slice(2)}\0`);
  if (hidden.length === 0) return;
  const named = { input: hidden.join(''), binary: true };
  for (const flag of FLAGS) await worktree.read(['update-index', flag, '-z', '--stdin'], named);
  // It writes over nothing; that some are there already is told by its exit code.
  await worktree.run(['checkout-index', '--quiet', '-z', '--stdin'], named);
}
