// The code step: runs a coder in an open worktree and says what came of it.

import path from 'node:path';
import { exists, readEnd, removeOwn } from '../disk/files.ts';
import { makeReadable } from '../disk/openUp.ts';
import type { Git } from '../git/client.ts';
import { gitDirFromFile, isCommitting, type ReflogEntry, readHeadLog } from '../git/files.ts';
import { readSlotState } from '../git/porcelain.ts';
import { changeRefs, isAncestor, resolveCommit } from '../git/refs.ts';
import { gitDirOf } from '../git/worktrees.ts';
import type { Containment } from '../process/containment.ts';
import type { Environment } from '../process/environment.ts';
import { redactor } from '../process/redact.ts';
import { type Command, commandText, describeWorked, type Worked, work } from '../process/work.ts';
import type { Asked, FollowUp } from '../task/answer.ts';
import type { Layout, Setback } from '../task/attempt.ts';
import type { TaskEvent } from '../task/event.ts';
import { branchRef, type Sha, shortSha } from '../task/ids.ts';
import type { Limit } from '../task/limit.ts';
import { KEPT } from '../worktree/slot.ts';
import type { Agent, Said } from './agents/agent.ts';
import { type Judged, judgeRun } from './agents/judge.ts';
import { whatToDo } from './agents/login.ts';
import { readRun } from './agents/read.ts';
import { type Answer, readAnswer } from './answer.ts';
import { commitLeftovers, filesWithMarkers, outcomeOf, type Place, returnToBranch } from './ended.ts';
import { type AgentUsed, usedBy } from './used.ts';
import type { Look } from './watch.ts';

export interface Coding extends Place {
  /** The attempt before was sent back: a coder that adds nothing now has not answered. */
  readonly mustAdd: boolean;
  readonly coder: string;
  readonly command: Command;
  /** Whose output is a stream of events, which is kept in a file of its own; null for a command. */
  readonly agent: { readonly preset: Agent; readonly transcript: string } | null;
  readonly brief: string;
  readonly environment: Environment;
  readonly log: string;
  /** Where it may say something back. */
  readonly answerFile: string;
  readonly timeLimit: number;
  /** Bytes that it may print. */
  readonly outputLimit: number;
  readonly watch?: Look;
  readonly signal: AbortSignal;
  /** Whether the runner has not been taken from this process. */
  readonly isOurs?: () => Promise<boolean>;
  readonly containment: Containment;
  readonly started: (pid: number) => Promise<void>;
  /**
   * Told as soon as the coder has ended, before any git runs in its worktree.
   * @returns what the coder is to be told when its work goes back to it for that
   */
  readonly ended?: () => Promise<string | undefined>;
  readonly noticed?: (sentence: string) => void;
}

type CodedEvent = Extract<TaskEvent, { kind: 'submitted' | 'setback' | 'asked' | 'interrupted' }>;

export interface Coded {
  readonly event: CodedEvent;
  readonly followUps: readonly FollowUp[];
  /** For people, in the task's history. */
  readonly notes: readonly string[];
  /** What the provider of its agent answered with, and would answer the next one with as well. */
  readonly limit: Limit | null;
  readonly used: AgentUsed;
  /** Whether it ended by itself, and so has told all that it used. */
  readonly whole: boolean;
}

/** How much of a log a coder is shown, in bytes. */
const LOG_END = 8_000;

export async function code(coding: Coding): Promise<Coded> {
  // What an earlier coder of this runner said is not this one's answer.
  await removeOwn(coding.answerFile);
  const beside: Beside = { followUps: [], notes: [], limit: null, used: usedBy([]), whole: false };
  const event = await run(coding, beside);
  return { event, ...beside };
}

/** What comes of it besides its event. */
interface Beside {
  followUps: readonly FollowUp[];
  notes: readonly string[];
  limit: Limit | null;
  used: AgentUsed;
  whole: boolean;
}

async function run(coding: Coding, beside: Beside): Promise<CodedEvent> {
  const gitDir = await gitDirOf(coding.worktree);
  const logged = (await readHeadLog(gitDir)).length;
  const worked = await work(coding.command, {
    cwd: coding.worktree.dir,
    environment: coding.environment,
    input: coding.brief,
    log: coding.log,
    logLimit: coding.outputLimit,
    ...(coding.agent ? { output: { file: coding.agent.transcript, limit: coding.outputLimit } } : {}),
    timeLimit: coding.timeLimit,
    ...(coding.watch ? { watch: coding.watch } : {}),
    signal: coding.signal,
    containment: coding.containment,
    started: coding.started,
  });
  const said = coding.agent ? await readRun(coding.agent.preset, coding.agent.transcript, coding.log) : [];
  beside.used = usedBy(said);
  beside.whole = worked.kind === 'exited';
  // Whoever stalled, and whose task others have gone on with, touches nothing that is theirs by now.
  if (coding.isOurs && !(await coding.isOurs()))
    return { kind: 'interrupted', reason: 'its runner had not answered for too long' };
  // Git waits for ever for what a pipe says that stands in the place of a file (.gitignore, its index).
  for (const folder of [coding.worktree.dir, gitDir]) makeReadable(folder, KEPT);
  const meddled = await coding.ended?.();
  await restoreBranch(coding, (await readHeadLog(gitDir)).slice(logged));
  if (worked.kind === 'stopped') return { kind: 'interrupted', reason: 'the coder was stopped' };
  if ((await gitDirFromFile(coding.worktree)) !== gitDir || !(await exists(path.join(gitDir, 'HEAD')))) {
    const reason = `coder "${coding.coder}" took its worktree ${coding.worktree.dir} away, or the .git in it`;
    return await setback(coding, 'failed', reason, reason);
  }
  // Not its fault, and no reason to try again: the task waits for a person before the next attempt.
  if (worked.kind === 'cut' && worked.why === 'budget')
    return { kind: 'interrupted', reason: `${nameOf(coding)} ${worked.reason}` };
  const judged = judge(coding, worked, said);
  if (judged.kind === 'limited' && judged.limit.kind !== 'refusal') {
    beside.limit = judged.limit;
    const reason = redactor(coding.environment)(judged.reason);
    const remedy = coding.agent && whatToDo(coding.agent.preset, judged.limit);
    return { kind: 'interrupted', reason: `${nameOf(coding)}: ${reason}${remedy ? `. ${remedy}` : ''}` };
  }
  if (judged.kind !== 'done') {
    const knob = worked.kind === 'flooded' ? ' (outputLimit)' : '';
    return await failed(coding, `${judged.reason}${knob}`, meddled);
  }
  const astray = await returnToBranch(coding, `coder "${coding.coder}"`);
  if (astray !== undefined) return await setback(coding, 'failed', astray, astray);
  const read = await readAnswer(coding.answerFile);
  if (read.kind === 'unreadable') {
    const reason = `the answer of coder "${coding.coder}" (STEROIDS_ANSWER) cannot be read: ${read.reason}`;
    return await setback(coding, 'failed', reason, reason);
  }
  const state = await readSlotState(coding.worktree);
  const unresolved = await filesWithMarkers(coding, state);
  if (read.answer.outcome !== 'done') {
    // Whoever asks how to solve a conflict leaves its markers, and they are laid out again with the answer.
    if (unresolved.length === 0) await commitLeftovers(coding, state);
    if (meddled !== undefined) return await meddling(coding, meddled);
    take(read.answer, beside);
    return await ask(coding, read.answer, unresolved.length > 0);
  }
  if (unresolved.length > 0) {
    const reason = `conflict markers are left in ${unresolved.join(', ')}`;
    return await setback(coding, 'unresolved', reason, reason);
  }
  await commitLeftovers(coding, state);
  if (meddled !== undefined) return await meddling(coding, meddled);
  take(read.answer, beside);
  const found = await outcomeOf(coding);
  if (found.commits.length === 0 || (coding.mustAdd && found.head === coding.head)) {
    const onMain = found.commits.length === 0 && found.head !== coding.head;
    const reason = onMain
      ? `what coder "${coding.coder}" committed is on ${coding.main} already, and not by the queue: somebody moved ${coding.main} there`
      : `coder "${coding.coder}" ended well and changed nothing`;
    return await setback(coding, 'unchanged', reason, reason);
  }
  return { kind: 'submitted', ...found };
}

function take({ followUps, notes }: Answer, beside: Beside): void {
  beside.followUps = followUps;
  beside.notes = notes;
}

async function meddling(coding: Coding, told: string): Promise<CodedEvent> {
  const reason = `coder "${coding.coder}" changed git settings or hooks that all worktrees share`;
  return await setback(coding, 'failed', reason, told);
}

async function ask(
  coding: Coding,
  answer: Exclude<Answer, { outcome: 'done' }>,
  unresolved: boolean,
): Promise<CodedEvent> {
  const text = answer.outcome === 'blocked' ? answer.question : answer.reason;
  const main = await resolveCommit(coding.repository, branchRef(coding.main));
  const commits: Sha[] = [];
  for (const named of answer.outcome === 'already-done' ? answer.commits : []) {
    const commit = await resolveCommit(coding.repository, named);
    if (!commit || !main || !(await isAncestor(coding.repository, commit, main))) {
      const reason = `coder "${coding.coder}" says that ${coding.main} has it already, and ${named} is not on ${coding.main}`;
      return await setback(coding, 'unchanged', reason, reason);
    }
    commits.push(commit);
  }
  const asked: Asked = { about: answer.outcome, text, commits };
  const found = await outcomeOf(coding);
  return {
    kind: 'asked',
    asked,
    reason: `${SAYS[asked.about]}: ${text.split('\n', 1)[0]}`,
    layout: layoutAfter(coding, found.head, unresolved),
    ...found,
  };
}

const SAYS: Readonly<Record<Asked['about'], string>> = {
  blocked: 'its coder asks',
  'already-done': 'its coder says that main has it already',
  'nothing-to-do': 'its coder says that there is nothing to do',
  dispute: 'its coder says that the rejection is wrong',
};

function nameOf({ coder, agent, command }: Coding): string {
  return `coder "${coder}" (${agent?.preset.title ?? commandText(command)})`;
}

/** A command has done its work when it exits with 0; an agent also says so. */
function judge({ agent }: Coding, worked: Worked, said: readonly Said[]): Judged {
  if (agent) return judgeRun(said, worked);
  return worked.kind === 'exited' && worked.code === 0
    ? { kind: 'done', text: '' }
    : { kind: 'failed', reason: describeWorked(worked) };
}

async function failed(coding: Coding, said: string, meddled: string | undefined): Promise<CodedEvent> {
  const redact = redactor(coding.environment);
  const why = redact(said);
  const reason = coding.agent ? `${nameOf(coding)}: ${why}` : `${nameOf(coding)} ${why}`;
  const end = redact(await readEnd(coding.log, LOG_END));
  const told = end === '' ? reason : `${reason}. The end of its log:\n\n${end}`;
  return await setback(coding, 'failed', reason, meddled === undefined ? told : `${meddled}\n\n${told}`);
}

/** A coder that deleted its own branch: its commits are known to nobody else. */
async function restoreBranch(coding: Coding, log: readonly ReflogEntry[]): Promise<void> {
  const { repository: git, branch, head } = coding;
  const ref = branchRef(branch);
  if ((await resolveCommit(git, ref)) !== undefined) return;
  const last = await lastCommitted(git, head, log);
  const change = { kind: 'update', ref, to: last, from: null } as const;
  const changed = await changeRefs(git, [change], 'steroids: restore a branch that its coder deleted');
  if (changed.kind === 'stale') return;
  coding.noticed?.(
    `coder "${coding.coder}" deleted its branch ${branch}; it stands at ${shortSha(last)} again`,
  );
}

/** The last commit that it made on top of where it began. */
async function lastCommitted(git: Git, head: Sha, log: readonly ReflogEntry[]): Promise<Sha> {
  for (const { to } of log.filter(isCommitting).reverse()) {
    const there = (await resolveCommit(git, to)) !== undefined;
    if (there && (await isAncestor(git, head, to))) return to;
  }
  return head;
}

async function setback(coding: Coding, kind: Setback, reason: string, feedback: string): Promise<CodedEvent> {
  const found = await outcomeOf(coding);
  const layout = layoutAfter(coding, found.head, kind === 'unresolved');
  return { kind: 'setback', setback: kind, reason, feedback, layout, ...found };
}

/** What was laid out and not solved is laid out again, on top of where the branch is now. */
function layoutAfter(coding: Coding, head: Sha, unresolved: boolean): Layout | null {
  if (!coding.layout || (!unresolved && head !== coding.layout.laid)) return null;
  return { ...coding.layout, head };
}
