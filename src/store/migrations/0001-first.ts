import { QUESTION_KINDS } from '../../task/answer.ts';
import { ATTEMPT_OUTCOMES } from '../../task/attempt.ts';
import { ENTRY_STATUSES, STORED_STATUSES } from '../../task/status.ts';

const oneOf = (values: readonly string[]) => values.map((value) => `'${value}'`).join(', ');

/** Each statement is sent by itself. */
export const statements: readonly string[] = [
  `create table meta (key text primary key, value text not null)`,

  `create table sections (
    id text primary key,
    name text not null unique collate nocase check (name <> ''),
    paths text not null,
    exclusive integer not null check (exclusive in (0, 1)),
    max_runners integer not null check (max_runners >= 1),
    skipped integer not null check (skipped in (0, 1)),
    created_at bigint not null
  )`,

  `create table tasks (
    seq integer primary key,
    id text not null unique,
    title text not null check (title <> ''),
    spec text not null,
    section_id text references sections (id),
    priority integer not null,
    paths text not null,
    coder text,
    status text not null check (status in (${oneOf(STORED_STATUSES)})),
    reason text,
    branch text,
    current_attempt integer not null default 0,
    bounds_from integer not null default 0,
    approved_commit text,
    landed_commit text,
    not_before bigint,
    needs_person integer not null default 0 check (needs_person in (0, 1)),
    version integer not null default 0,
    created_at bigint not null,
    updated_at bigint not null,
    check ((status = 'completed') = (landed_commit is not null))
  )`,
  `create index tasks_by_turn on tasks (status, priority desc, seq)`,

  `create table task_dependencies (
    task_id text not null references tasks (id),
    after_id text not null references tasks (id),
    primary key (task_id, after_id)
  )`,
  `create index task_dependencies_after on task_dependencies (after_id)`,

  `create table attempts (
    task_id text not null references tasks (id),
    number integer not null check (number >= 1),
    runner_number integer not null,
    coder text not null,
    base_commit text not null,
    attempt_base_commit text not null,
    head_commit text not null,
    outcome text not null check (outcome in (${oneOf(ATTEMPT_OUTCOMES)})),
    feedback text,
    layout text,
    log text,
    started_at bigint not null,
    ended_at bigint,
    primary key (task_id, number)
  )`,

  // What coders ask of a person, and the tasks that they propose. A task has one open question at most.
  `create table questions (
    id integer primary key,
    task_id text not null references tasks (id),
    attempt integer not null,
    kind text not null check (kind in (${oneOf([...QUESTION_KINDS, 'follow-up'])})),
    text text not null,
    data text not null,
    asked_at bigint not null,
    answer text,
    answered_at bigint,
    check ((answer is null) = (answered_at is null))
  )`,
  `create index questions_open on questions (task_id) where answered_at is null`,

  `create table holds (
    name text primary key,
    kind text not null,
    reason text not null,
    times integer not null,
    until bigint,
    held_at bigint not null
  )`,

  // What counts against the bounds. Rows are only ever added.
  `create table setbacks (
    id integer primary key,
    task_id text not null references tasks (id),
    kind text not null,
    attempt integer not null
  )`,
  `create index setbacks_by_task on setbacks (task_id, kind, attempt)`,

  `create table task_commits (
    id text primary key,
    task_id text not null references tasks (id),
    commit_hash text not null,
    commit_message text,
    author text,
    created_at bigint not null,
    status text not null default 'pending' check (status in ('pending', 'approved', 'rejected', 'superseded')),
    rejection_reason text,
    attempt integer not null,
    landed_commit text,
    unique (task_id, commit_hash)
  )`,
  `create index idx_task_commits_task on task_commits (task_id)`,
  `create index idx_task_commits_hash on task_commits (commit_hash)`,

  `create table task_rejections (
    id text primary key,
    task_id text not null references tasks (id),
    reason text not null,
    commits text not null,
    created_at bigint not null,
    attempt integer not null,
    reviewer text not null,
    commit_hash text not null
  )`,
  `create index idx_task_rejections_task on task_rejections (task_id)`,

  `create table runners (
    id text primary key,
    number integer not null check (number >= 1),
    section_id text references sections (id),
    coder text,
    state text not null check (state in ('active', 'stopped')),
    stop text not null check (stop in ('none', 'drain', 'now')),
    process text not null,
    taken_from text,
    log text,
    lease_expires_at bigint not null,
    started_at bigint not null,
    ended_at bigint
  )`,
  `create unique index runners_number on runners (number) where state <> 'stopped'`,

  `create table steps (
    id integer primary key,
    task_id text not null references tasks (id),
    kind text not null check (kind in ('code', 'review')),
    attempt integer not null,
    input_commit text not null,
    runner_id text references runners (id),
    outcome text,
    reason text,
    child text,
    log text,
    started_at bigint not null,
    ended_at bigint
  )`,
  `create unique index steps_open on steps (task_id, kind) where outcome is null`,

  `create table entries (
    seq integer primary key,
    id text not null unique,
    target text not null,
    branch text not null,
    task_id text references tasks (id),
    title text not null,
    head text not null,
    priority integer not null,
    status text not null check (status in (${oneOf(ENTRY_STATUSES)})),
    base text,
    candidate text,
    rounds integer not null default 0,
    reason text,
    log text,
    not_before bigint,
    created_at bigint not null,
    updated_at bigint not null
  )`,
  `create index entries_by_turn on entries (target, status, priority desc, seq)`,
  `create index entries_by_task on entries (task_id)`,
  `create unique index entries_active on entries (target, branch)
    where status in ('waiting', 'verifying', 'verified', 'landing', 'waiting-on-checkout')`,

  `create table verifications (
    id integer primary key,
    entry_id text references entries (id),
    commit_hash text not null,
    base text not null,
    commands text not null,
    outcome text not null check (outcome in ('passed', 'failed', 'out-of-time', 'could-not-run')),
    flaky text check (flaky is null or outcome = 'passed'),
    detail text not null,
    log text not null,
    started_at bigint not null,
    ended_at bigint not null
  )`,
  `create index verifications_by_commit on verifications (commit_hash, commands)`,
  `create index verifications_flaky on verifications (flaky) where flaky is not null`,

  `create table claims (
    resource text not null,
    mode text not null check (mode in ('shared', 'exclusive', 'intent')),
    holder text not null,
    expires_at bigint,
    created_at bigint not null,
    primary key (resource, holder)
  ) without rowid`,
  // The few who have the project for themselves, or wait to, are not to be looked for among all who share it.
  `create index claims_alone on claims (resource, mode, expires_at) where mode <> 'shared'`,

  `create table leases (
    name text primary key,
    owner text not null,
    token integer not null,
    expires_at bigint not null,
    taken_at bigint not null
  )`,

  `create table slots (
    name text primary key,
    path text not null unique,
    digest text,
    child text,
    created_at bigint not null
  )`,

  `create table events (
    id integer primary key,
    at bigint not null,
    kind text not null,
    task_id text references tasks (id),
    entry_id text,
    runner_id text,
    data text not null
  )`,
  `create index events_by_task on events (task_id, id)`,
];
