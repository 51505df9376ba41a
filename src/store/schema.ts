// The tables as the query layer sees them. Times are integer epoch milliseconds; booleans are 0 and 1.

import type { Generated, Selectable } from 'kysely';
import type { QuestionKind } from '../task/answer.ts';
import type { AttemptOutcome, ReviewSetback, Setback } from '../task/attempt.ts';
import type { EntryStatus, StoredStatus } from '../task/status.ts';

export interface Schema {
  meta: { key: string; value: string };
  sections: {
    id: string;
    name: string;
    paths: string;
    exclusive: number;
    max_runners: number;
    skipped: number;
    created_at: number;
  };
  tasks: {
    seq: Generated<number>;
    id: string;
    title: string;
    spec: string;
    section_id: string | null;
    priority: number;
    paths: string;
    paths_inferred: Generated<string>;
    likely: Generated<string>;
    changed: string | null;
    coder: string | null;
    status: StoredStatus;
    reason: string | null;
    branch: string | null;
    current_attempt: number;
    bounds_from: number;
    approved_commit: string | null;
    landed_commit: string | null;
    not_before: number | null;
    needs_person: Generated<number>;
    held_by: string | null;
    version: number;
    created_at: number;
    updated_at: number;
  };
  opinions: { id: Generated<number>; analyst: string; tasks: string; at: number; named: string | null };
  task_conflicts: {
    one: string;
    other: string;
    analyst: string;
    risk: 'low' | 'medium' | 'high';
    files: string;
    at: number;
  };
  held_back: { task_id: string; since: number; until: number };
  takeovers: { task_id: string; person: string; opening: string | null; taken_at: number };
  task_dependencies: { task_id: string; after_id: string };
  attempts: {
    task_id: string;
    number: number;
    runner_number: number;
    coder: string;
    base_commit: string;
    attempt_base_commit: string;
    head_commit: string;
    outcome: AttemptOutcome;
    feedback: string | null;
    layout: string | null;
    log: string | null;
    started_at: number;
    ended_at: number | null;
  };
  questions: {
    id: Generated<number>;
    task_id: string;
    attempt: number;
    kind: QuestionKind | 'follow-up';
    text: string;
    data: string;
    asked_at: number;
    answer: string | null;
    answered_at: number | null;
  };
  holds: {
    name: string;
    kind: string;
    reason: string;
    times: number;
    until: number | null;
    held_at: number;
  };
  setbacks: { id: Generated<number>; task_id: string; kind: Setback | ReviewSetback; attempt: number };
  task_commits: {
    id: string;
    task_id: string;
    commit_hash: string;
    commit_message: string | null;
    author: string | null;
    created_at: number;
    status: CommitStatus;
    rejection_reason: string | null;
    attempt: number;
    landed_commit: string | null;
  };
  task_rejections: {
    id: string;
    task_id: string;
    reason: string;
    commits: string;
    created_at: number;
    attempt: number;
    reviewer: string;
    commit_hash: string;
    opinions: Generated<string>;
  };
  steps: {
    id: Generated<number>;
    task_id: string;
    kind: 'code' | 'review';
    attempt: number;
    input_commit: string;
    runner_id: string | null;
    outcome: string | null;
    reason: string | null;
    child: string | null;
    log: string | null;
    started_at: number;
    ended_at: number | null;
  };
  usage: {
    id: Generated<number>;
    purpose: 'code' | 'review' | 'analysis' | 'routing';
    who: string;
    step_id: number | null;
    task_id: string | null;
    attempt: number | null;
    input: number | null;
    output: number | null;
    cache_read: number | null;
    cache_write: number | null;
    cost: number | null;
    ms: number;
    whole: number;
    at: number;
  };
  entries: {
    seq: Generated<number>;
    id: string;
    target: string;
    branch: string;
    task_id: string | null;
    title: string;
    head: string;
    reviewed_on: string | null;
    priority: number;
    status: EntryStatus;
    base: string | null;
    candidate: string | null;
    rounds: number;
    reason: string | null;
    log: string | null;
    not_before: number | null;
    created_at: number;
    updated_at: number;
  };
  verifications: {
    id: Generated<number>;
    entry_id: string | null;
    commit_hash: string;
    base: string;
    commands: string;
    outcome: 'passed' | 'failed' | 'out-of-time' | 'could-not-run';
    flaky: string | null;
    detail: string;
    log: string;
    started_at: number;
    ended_at: number;
  };
  claims: {
    resource: string;
    mode: 'shared' | 'exclusive' | 'intent';
    holder: string;
    expires_at: number | null;
    created_at: number;
  };
  file_locks: {
    seq: Generated<number>;
    path: string;
    runner_id: string | null;
    task_id: string;
    exact: number;
    locked_at: number;
  };
  runners: {
    id: string;
    number: number;
    section_id: string | null;
    coder: string | null;
    state: 'active' | 'stopped';
    stop: 'none' | 'drain' | 'now';
    process: string;
    taken_from: string | null;
    log: string | null;
    lease_expires_at: number;
    started_at: number;
    ended_at: number | null;
  };
  leases: { name: string; owner: string; token: number; expires_at: number; taken_at: number };
  slots: { name: string; path: string; digest: string | null; child: string | null; created_at: number };
  events: {
    id: Generated<number>;
    at: number;
    kind: string;
    task_id: string | null;
    entry_id: string | null;
    runner_id: string | null;
    data: string;
  };
}

export type CommitStatus = 'pending' | 'approved' | 'rejected' | 'superseded';
/** A task as its table has it. */
export type TaskRow = Selectable<Schema['tasks']>;
