// The set-up in a runner's worktree. What is red on a branch and green on main is the branch's doing, and its coder is
// the one who can mend it.

import { findFullDisk } from '../disk/space.ts';
import { isAncestor } from '../git/refs.ts';
import { checkOut } from '../git/worktrees.ts';
import { checksDigest } from '../merge/verify.ts';
import type { Containment } from '../process/containment.ts';
import { type Environment, withoutSecrets } from '../process/environment.ts';
import { recordVerification } from '../store/verifications.ts';
import type { Task } from '../task/task.ts';
import type { Opened } from '../worktree/slot.ts';
import { containmentFor } from './containment.ts';
import { emptySlot } from './emptySlot.ts';
import { flakySentence, recordFlaky } from './flaky.ts';
import type { Gate } from './gate.ts';
import { ensureDependencies, type Opening, type Ready, slotEnvironment, startAfresh } from './openSlot.ts';
import type { ActiveRunner } from './seat.ts';

interface SettingUp extends Opening {
  readonly environment: Environment;
  readonly containment: Containment;
}

export type SetUp =
  | { readonly kind: 'ready' }
  /** Red twice here, and green on main. */
  | { readonly kind: 'broken'; readonly reason: string }
  /** Not the branch's doing, as far as anybody can tell. */
  | { readonly kind: 'failed'; readonly reason: string };

export async function setUpBranch(
  runner: ActiveRunner,
  gate: Gate,
  task: Task,
  opened: Opened,
  opening: Opening,
): Promise<SetUp> {
  const { project, report } = runner.session;
  const worktree = opened.git;
  const environment = withoutSecrets(slotEnvironment(runner, gate.config), gate.config.environment.keep);
  const containment = await containmentFor(project, gate, { worktree, temp: runner.temp });
  const settingUp: SettingUp = { ...opening, environment, containment };
  const startedAt = project.host.now();
  const first = await ensureDependencies(project, gate, runner.slot, worktree, settingUp);
  if (!isRed(first)) return first;
  const full = await findFullDisk([worktree.dir, runner.temp]);
  if (full !== undefined) return { kind: 'failed', reason: `${full} (${first.reason})` };
  const second = await ensureDependencies(project, gate, runner.slot, worktree, settingUp);
  if (second.kind === 'ready') await noteFlaky(runner, gate, task, opened, first, opening.log, startedAt);
  if (!isRed(second)) return second;
  const failed = { kind: 'failed', reason: `${second.reason} (twice)` } as const;
  const ownWork = opened.layout !== null || !(await isAncestor(worktree, opened.head, gate.main));
  if (!ownWork || !(await mainSetsUp(runner, gate, settingUp))) return failed;
  const who = `${task.id} “${task.title}”`;
  const sentence = `the set-up fails on the branch of ${who} and passes on ${project.main}: its coder is told to mend it`;
  report({ kind: 'noticed', sentence });
  return { kind: 'broken', reason: `${second.reason}\n\nIt failed twice, and on ${project.main} it passes.` };
}

type Failed = Extract<Ready, { kind: 'failed' }>;

/** A command said no. That it was ended, or never started, says nothing. */
function isRed(ready: Ready): ready is Failed {
  return ready.kind === 'failed' && ready.worked.kind === 'exited';
}

/** In the runner's other worktree, so that the branch stays where it is laid. */
async function mainSetsUp(runner: ActiveRunner, gate: Gate, settingUp: SettingUp): Promise<boolean> {
  const { session, reviewSlot: slot, reviewFolder: folder } = runner;
  const { project } = session;
  const place = { name: slot, folder, git: project.ownWorktrees };
  const worktree = await emptySlot(session, place, gate.main, []);
  await checkOut(worktree, gate.main, true);
  const containment = await containmentFor(project, gate, { worktree, temp: runner.temp });
  const ready = await ensureDependencies(project, gate, slot, worktree, { ...settingUp, containment });
  await startAfresh(project, project.ownWorktrees, slot, folder);
  return ready.kind === 'ready';
}

async function noteFlaky(
  runner: ActiveRunner,
  gate: Gate,
  task: Task,
  opened: Opened,
  red: Failed,
  log: string,
  startedAt: number,
): Promise<void> {
  const { project, report } = runner.session;
  const run = {
    entryId: null,
    commit: opened.head,
    base: gate.main,
    commands: checksDigest([], gate.config.worktrees.setup ?? []),
    log,
    startedAt,
    endedAt: project.host.now(),
  };
  const flaky = await project.store.write(async (trx) => {
    await recordVerification(trx, { ...run, outcome: 'failed', flaky: null, detail: red.reason });
    await recordVerification(trx, { ...run, outcome: 'passed', flaky: red.command, detail: '' });
    return await recordFlaky(project, trx, red.command, opened.head, { taskId: task.id, entryId: null });
  });
  report({ kind: 'noticed', sentence: `in runner-${runner.number}'s worktree ${flakySentence(flaky)}` });
}
