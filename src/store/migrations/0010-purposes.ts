/** Usage is of a task's step, or of a question that belongs to none: about conflicts, about where a new task belongs. */
export const statements: readonly string[] = [
  `create table used (
    id integer primary key,
    purpose text not null check (purpose in ('code', 'review', 'analysis', 'routing')),
    who text not null,
    step_id integer references steps (id),
    task_id text references tasks (id),
    attempt integer,
    input bigint,
    output bigint,
    cache_read bigint,
    cache_write bigint,
    cost double precision,
    ms bigint not null,
    whole integer not null,
    at bigint not null,
    unique (step_id, who),
    check ((purpose in ('code', 'review')) = (step_id is not null)),
    check ((step_id is null) = (task_id is null) and (task_id is null) = (attempt is null))
  )`,
  `insert into used (purpose, who, step_id, task_id, attempt, input, output, cache_read, cache_write, cost, ms, whole, at)
    select kind, who, step_id, task_id, attempt, input, output, cache_read, cache_write, cost, ms, whole, at
    from usage order by at, step_id, who`,
  'drop table usage',
  'alter table used rename to usage',
  'create index usage_task on usage (task_id, attempt)',
];
