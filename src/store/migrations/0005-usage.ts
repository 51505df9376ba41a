/** What each step used, also one whose runner died. Null is what nobody told, and never counts as nothing. */
export const statements: readonly string[] = [
  `create table usage (
    step_id integer not null references steps (id),
    who text not null,
    task_id text not null references tasks (id),
    attempt integer not null,
    kind text not null check (kind in ('code', 'review')),
    input bigint,
    output bigint,
    cache_read bigint,
    cache_write bigint,
    cost double precision,
    ms bigint not null,
    whole integer not null,
    at bigint not null,
    primary key (step_id, who)
  )`,
  'create index usage_task on usage (task_id, attempt)',
];
