// One coding of a task: what it begins with, and what came of it.

import type { Attempt } from '../store/attempts.ts';
import type { Claimed } from '../store/claim.ts';
import type { Used } from '../store/usage.ts';
import type { FollowUp } from '../task/answer.ts';
import type { TaskEvent } from '../task/event.ts';
import type { Limit } from '../task/limit.ts';
import type { Task } from '../task/task.ts';
import type { Gate } from './gate.ts';
import type { Outside } from './outside.ts';
import type { ActiveRunner } from './seat.ts';

export interface Work {
  readonly runner: ActiveRunner;
  readonly gate: Gate;
  readonly task: Task;
  readonly attempt: Attempt;
  readonly earlier: readonly Attempt[];
  readonly step: Claimed;
  readonly signal: AbortSignal;
}

export interface CodedTask {
  readonly event: TaskEvent;
  readonly followUps: readonly FollowUp[];
  readonly notes: readonly string[];
  readonly limit: Limit | null;
  readonly used: readonly Used[];
  /** All that it changes; undefined where there is nothing. */
  readonly changed?: readonly string[] | undefined;
  /** What a submission changes outside of its zones. */
  readonly outside?: Outside | undefined;
}
