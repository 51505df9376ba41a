// What `--json` answers: the shapes that scripts rely on. Times are ISO 8601 in UTC.

import type { Archive } from '../orchestrator/archives.ts';
import type { TaskHistory } from '../orchestrator/history.ts';
import { isAlive, type ProcessIdentity } from '../process/identity.ts';
import type { Attempt } from '../store/attempts.ts';
import type { Entry } from '../store/entries.ts';
import type { RecordedEvent } from '../store/events.ts';
import type { Runner } from '../store/runners.ts';
import type { SectionRow } from '../store/sections.ts';
import type { FlakyCommand } from '../store/verifications.ts';
import type { Task } from '../task/task.ts';

export function isoTime(ms: number): string;
export function isoTime(ms: number | null): string | null;
export function isoTime(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}

export function taskDocument(task: Task) {
  return {
    id: task.id,
    title: task.title,
    status: task.status,
    reason: task.reason,
    needsPerson: task.needsPerson,
    takenOver: task.takenOver && {
      person: task.takenOver.person,
      since: isoTime(task.takenOver.since),
      path: task.takenOver.path,
    },
    section: task.section?.name ?? null,
    attempt: task.attempt,
    branch: task.branch,
    baseCommit: task.baseCommit,
    latestCommit: task.latestCommit,
    landedCommit: task.landedCommit,
  };
}

export function taskHistoryDocument(history: TaskHistory) {
  const { task } = history;
  return {
    ...taskDocument(task),
    spec: task.spec,
    priority: task.priority,
    coder: task.coder,
    paths: task.paths,
    pathsInferred: task.pathsInferred,
    after: history.after.map((before) => before.id),
    attemptBaseCommit: task.attemptBaseCommit,
    approvedCommit: task.approvedCommit,
    createdAt: isoTime(task.createdAt),
    updatedAt: isoTime(task.updatedAt),
    notBefore: isoTime(task.notBefore),
    commits: history.commits.map((commit) => ({ ...commit, at: isoTime(commit.at) })),
    attempts: history.attempts.map(attemptDocument),
    rejections: history.rejections.map((rejection) => ({ ...rejection, at: isoTime(rejection.at) })),
    rejectionCount: history.rejections.length,
    events: history.events.map(eventDocument),
  };
}

export function attemptDocument(attempt: Attempt) {
  const { startedAt, endedAt, layout, ...rest } = attempt;
  return {
    ...rest,
    conflict: layout?.conflict ? { commit: layout.conflict.commit, files: layout.conflict.files } : null,
    startedAt: isoTime(startedAt),
    endedAt: isoTime(endedAt),
  };
}

export function eventDocument(event: RecordedEvent) {
  return {
    at: isoTime(event.at),
    kind: event.kind,
    runner: event.runnerId,
    entry: event.entryId,
    ...event.data,
  };
}

export function archiveDocument(archive: Archive) {
  const { id, ref, commit, owner, task, reason } = archive;
  return {
    id,
    ref,
    commit,
    owner,
    task: task ? { id: task.id, title: task.title, status: task.status } : null,
    reason,
    at: isoTime(archive.at),
  };
}

export function entryDocument(entry: Entry) {
  return {
    id: entry.id,
    task: entry.taskId,
    title: entry.title,
    branch: entry.branch,
    target: entry.target,
    head: entry.head,
    status: entry.status,
    reason: entry.reason,
    priority: entry.priority,
    base: entry.base,
    candidate: entry.candidate,
    rounds: entry.rounds,
    log: entry.log,
    notBefore: isoTime(entry.notBefore),
    createdAt: isoTime(entry.createdAt),
    updatedAt: isoTime(entry.updatedAt),
  };
}

export function flakyDocument(flaky: FlakyCommand) {
  return { command: flaky.command, times: flaky.times, lastAt: isoTime(flaky.lastAt) };
}

export interface WorkOfRunner {
  readonly task: string;
  readonly step: string;
  readonly attempt: number;
}

/** `dead` is a runner whose process is gone and that nobody has cleared up yet. */
export function stateOf(runner: Runner): 'active' | 'stopping' | 'dead' | 'stopped' {
  if (runner.state === 'stopped') return 'stopped';
  if (isAlive(JSON.parse(runner.process) as ProcessIdentity) === 'dead') return 'dead';
  return runner.stop === 'none' ? 'active' : 'stopping';
}

export function runnerDocument(runner: Runner, work: WorkOfRunner | null) {
  const { pid, host } = JSON.parse(runner.process) as ProcessIdentity;
  return {
    id: runner.id,
    number: runner.number,
    section: runner.section?.name ?? null,
    zone: runner.zone,
    coder: runner.coder,
    state: stateOf(runner),
    task: work?.task ?? null,
    step: work?.step ?? null,
    attempt: work?.attempt ?? null,
    pid,
    host,
    log: runner.log,
    startedAt: isoTime(runner.startedAt),
    endedAt: isoTime(runner.endedAt),
  };
}

export function sectionDocument(section: SectionRow) {
  return {
    id: section.id,
    name: section.name,
    paths: section.paths,
    exclusive: section.exclusive,
    maxRunners: section.maxRunners,
    skipped: section.skipped,
    tasks: section.tasks,
    openTasks: section.openTasks,
  };
}
