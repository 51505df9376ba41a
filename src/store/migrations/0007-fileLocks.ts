/**
 * What tasks under way have of the repository's files. Not keyed by the path alone: two tasks may really have changed one file,
 * and globs overlap without being equal. `exact` tells the name of a changed file from a glob that was given.
 */
export const statements: readonly string[] = [
  `create table file_locks (
    seq integer primary key,
    path text not null check (path <> ''),
    runner_id text,
    task_id text not null references tasks (id),
    exact integer not null check (exact in (0, 1)),
    locked_at bigint not null,
    unique (task_id, path)
  )`,
];
