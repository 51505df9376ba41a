// A person hands a task back: what was committed goes on to the review, as a coder's would, or to its coder.

import {
  commitLeftovers,
  filesWithMarkers,
  leaveBranch,
  outcomeOf,
  type Place,
  returnToBranch,
} from '../coder/ended.ts';
import { firstReview } from '../config/reviewers.ts';
import { readSlotState } from '../git/porcelain.ts';
import { isAncestor, resolveCommit } from '../git/refs.ts';
import { currentBranch, gitDirOf } from '../git/worktrees.ts';
import { isAlive, type ProcessIdentity } from '../process/identity.ts';
import { type Applied, applyEvent } from '../store/apply.ts';
import { getAttempt, listAttempts } from '../store/attempts.ts';
import { recordChanged } from '../store/schedule.ts';
import type { Layout } from '../task/attempt.ts';
import type { TaskEvent } from '../task/event.ts';
import { type BranchName, branchRef, shortSha } from '../task/ids.ts';
import { listed } from '../task/list.ts';
import { Problem } from '../task/problem.ts';
import { shellQuoted } from '../task/shell.ts';
import type { Task } from '../task/task.ts';
import { findWorktree, realPath } from '../worktree/find.ts';
import { operationIn } from '../worktree/strays.ts';
import { lockChanged } from './fileLocks.ts';
import type { Gate } from './gate.ts';
import { withGitLock } from './gitLock.ts';
import type { Project } from './project.ts';
import { changedBy } from './reality.ts';
import { startOf } from './startOf.ts';
import { unlessForeign } from './stolen.ts';
import { tryReplay, unasked } from './submission.ts';
import { closeTaken, type LeftWorktree } from './takenWorktree.ts';

export interface HandingBack {
  readonly to: 'review' | 'coder';
  /** For its coder, or for the history. */
  readonly note: string;
  /** Commits what is not committed. */
  readonly commit: boolean;
  /** `Name <email>` for that commit. */
  readonly identity: string;
}

export interface HandedBack {
  readonly event: TaskEvent;
  /** The worktree, where it could not be taken away yet. */
  readonly left: LeftWorktree | null;
}

/**
 * All is looked at before anything changes.
 * @throws Problem `not-taken-over`, `takeover-under-way`, `git-operation`, `wrong-branch`, `uncommitted`, `conflict-markers`,
 * `nothing-committed`, `foreign-commits`, `changed-meanwhile`
 */
export async function handBack(
  project: Project,
  gate: Gate,
  task: Task,
  handing: HandingBack,
): Promise<HandedBack> {
  const place = await placeOf(project, gate, task, handing);
  if (place) await finishWork(place, task, handing);
  const event = await eventOf(project, task, handing);
  // From here on nobody's commit there moves the branch.
  if (place) await leaveBranch(place.worktree, place.branch);
  const applied = await apply(project, gate, task, event);
  if (applied.kind !== 'applied')
    throw new Problem(
      'refused',
      'changed-meanwhile',
      `task ${task.id} changed at the same moment`,
      `steroids tasks show ${task.id}`,
    );
  return { event, left: await closeTaken(project, gate, task.id) };
}

/** The person's worktree; undefined when it was never made, or its folder is gone: the branch has what was committed. */
async function placeOf(
  project: Project,
  gate: Gate,
  task: Task,
  { to, identity }: HandingBack,
): Promise<Place | undefined> {
  const { id, takenOver, branch, title } = task;
  if (!takenOver || branch === null)
    throw new Problem(
      'user',
      'not-taken-over',
      `nobody has taken task ${id} "${title}" over; it is ${task.status}`,
      `steroids tasks takeover ${id}`,
    );
  const { opening, path } = takenOver;
  // Where it cannot be made, the task need not stay in the person's hands.
  if (to === 'coder' && opening !== null && isAlive(JSON.parse(opening) as ProcessIdentity) === 'dead')
    return undefined;
  if (opening !== null || path === null)
    throw new Problem(
      'refused',
      'takeover-under-way',
      `the worktree of task ${id} is not made yet`,
      `steroids tasks takeover ${id}`,
    );
  const folder = await realPath(path);
  const worktree = await findWorktree(project.git, folder, gate.main, (work) => withGitLock(project, work));
  if (!worktree) return undefined;
  const attempts = await listAttempts(project.store.db, id);
  const { layout } = startOf(task, attempts.slice(0, -1), gate.main);
  const head = attempts.at(-1)?.attemptBaseCommit ?? gate.main;
  const { git: repository, main } = project;
  return { repository, worktree, branch, main, head, layout: laidAt(layout, head), title, identity };
}

/** What was laid when the person began, if anything was. */
function laidAt(layout: Layout | null, head: Place['head']): Layout | null {
  return layout?.laid === head ? layout : null;
}

/** Files that a sentence names. */
const SHOWN = 10;

async function finishWork(place: Place, task: Task, { to, commit }: HandingBack): Promise<void> {
  const { worktree, branch } = place;
  const here = `git -C ${shellQuoted(worktree.dir)}`;
  const operation = await operationIn(await gitDirOf(worktree));
  if (operation !== undefined)
    throw new Problem(
      'user',
      'git-operation',
      `a ${operation} is under way in ${worktree.dir}`,
      `${here} ${operation} ${operation === 'bisect' ? 'reset' : '--abort'}, or end it; then hand the task back`,
    );
  await refuseElsewhere(place, here);
  const state = await readSlotState(worktree);
  const marked = await filesWithMarkers(place, state);
  // A conflict that is not solved is laid out again for the coder; what the person did about it is archived.
  const laidAgain = to === 'coder' && marked.length > 0 && !commit;
  if (laidAgain) return;
  if (marked.length > 0)
    throw new Problem(
      'user',
      'conflict-markers',
      `conflict markers are left in ${listed(marked, SHOWN)}`,
      `Solve them, or leave them to its coder: steroids tasks handback ${task.id} --to-coder`,
    );
  if (state.changed > 0 && !commit)
    throw new Problem(
      'user',
      'uncommitted',
      `not committed in ${worktree.dir}: ${listed([...new Set([...state.unstaged, ...state.added])], SHOWN)}`,
      `Commit it there, or: steroids tasks handback ${task.id} --commit${to === 'coder' ? ' --to-coder' : ''}`,
    );
  await commitLeftovers(place, state);
  const astray = await returnToBranch(place, 'you');
  if (astray !== undefined) throw elsewhere(astray, here, branch);
}

async function refuseElsewhere({ worktree, branch }: Place, here: string): Promise<void> {
  const on = await currentBranch(worktree);
  const tip = await resolveCommit(worktree, branchRef(branch));
  const head = await resolveCommit(worktree, 'HEAD');
  if (tip === undefined)
    throw new Problem(
      'user',
      'wrong-branch',
      `the branch ${branch} is gone`,
      `${here} branch ${branch} ${head ? shortSha(head) : 'COMMIT'}, with the commit that it is to be at`,
    );
  if (on === branch) return;
  if (on !== undefined) throw elsewhere(`${worktree.dir} is on ${on}, not on ${branch}`, here, branch);
  if (head === undefined || !(await isAncestor(worktree, tip, head)))
    throw elsewhere(`${worktree.dir} is at ${shortSha(head ?? '?')}, not on ${branch}`, here, branch);
}

function elsewhere(sentence: string, here: string, branch: BranchName): Problem {
  return new Problem('user', 'wrong-branch', sentence, `${here} switch ${branch}`);
}

async function eventOf(project: Project, task: Task, { to, note }: HandingBack): Promise<TaskEvent> {
  const attempt = await getAttempt(project.store.db, task.id, task.attempt);
  if (!attempt || task.branch === null) throw new TypeError(`task ${task.id} was never claimed`);
  const { git: repository, main } = project;
  const where = { repository, main, branch: task.branch, head: attempt.attemptBaseCommit };
  const { head, commits } = await outcomeOf(where);
  if (to === 'coder') return { kind: 'handedBack', note, head, commits };
  if (commits.length === 0)
    throw new Problem(
      'user',
      'nothing-committed',
      `${task.branch} has no commit that ${main} does not have`,
      `Its coder goes on with: steroids tasks handback ${task.id} --to-coder; to end it: steroids tasks cancel ${task.id}`,
    );
  const own = await unlessForeign(project, task.id, { kind: 'submitted', head, commits, note });
  if (own.kind === 'setback') throw new Problem('user', 'foreign-commits', own.reason, own.feedback);
  return await tryReplay(project, task.id, own);
}

/** As with a coder's work; a review by agents is taken up by the next runner. */
async function apply(project: Project, gate: Gate, task: Task, event: TaskEvent): Promise<Applied> {
  const { store } = project;
  const reviewer = firstReview(gate.config, task.section?.name);
  const verdict =
    event.kind === 'submitted' && reviewer === 'none' ? await unasked(project, gate, event.head) : null;
  const applying = { limits: gate.limits, target: project.main };
  const changed = await changedBy(project, gate.main, event);
  return await store.write(async (trx) => {
    const applied = await applyEvent(store, trx, task.id, event, { ...applying, version: task.version });
    if (applied.kind === 'applied' && changed) {
      await recordChanged(trx, task.id, changed);
      const changing = { taskId: task.id, runnerId: null, paths: changed, working: false };
      if (gate.config.locks.files && event.kind === 'submitted') await lockChanged(store, trx, changing);
    }
    if (applied.kind !== 'applied' || !verdict) return applied;
    return await applyEvent(store, trx, task.id, verdict, applying);
  });
}
