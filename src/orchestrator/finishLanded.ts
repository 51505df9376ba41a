// The end of a landing: what git and the store are told when main has it.

import { changeRefs, resolveCommit } from '../git/refs.ts';
import { listWorktrees } from '../git/worktrees.ts';
import { landedAsRef, landedRef } from '../merge/land.ts';
import type { Entry } from '../store/entries.ts';
import { NO_LIMITS } from '../task/attempt.ts';
import { branchRef, type Sha } from '../task/ids.ts';
import { about } from './aboutEntry.ts';
import type { Candidate } from './landEntry.ts';
import type { QueueHolder } from './lander.ts';
import { dropCandidate } from './putAway.ts';
import { applyHeld, moveHeld } from './writeEntry.ts';

/** Main has it: the store learns of it, and what only served the way there goes. */
export async function finishLanded(lander: QueueHolder, entry: Entry, candidate: Candidate): Promise<void> {
  const { report } = lander.session;
  await cleanUp(lander, entry, candidate.commit);
  if (entry.taskId === null) await moveHeld(lander, entry, { status: 'landed', candidate: candidate.commit });
  // Whatever the configuration is by now (the landing may have changed it): a landing counts against no bound.
  else
    await applyHeld(lander, NO_LIMITS, entry, {
      kind: 'landed',
      commit: candidate.commit,
      landedAs: candidate.landedAs,
    });
  report({ kind: 'landed', ...about(entry), commit: candidate.commit, note: candidate.note });
}

/** What a landing does together with main's move, where that was somebody else's. Before it is recorded: who would do it after? */
async function cleanUp(lander: QueueHolder, entry: Entry, commit: Sha): Promise<void> {
  const { git } = lander.session.project;
  const id = entry.taskId ?? entry.id;
  await dropCandidate(lander.session.project, id);
  // What the coder wrote stays reachable: the landed ref names the very head that was approved.
  const keep = [
    { kind: 'update', ref: landedRef(id), to: entry.head },
    { kind: 'update', ref: landedAsRef(id), to: commit },
  ] as const;
  if ((await resolveCommit(git, landedAsRef(id))) !== commit) await changeRefs(git, keep, 'steroids: landed');
  if (entry.taskId === null) return; // a person's branch is theirs
  const ref = branchRef(entry.branch);
  if ((await resolveCommit(git, ref)) !== entry.head) return;
  if ((await listWorktrees(git)).some((worktree) => worktree.branch === ref)) return;
  await changeRefs(git, [{ kind: 'delete', ref, from: entry.head }], 'steroids: landed');
}
