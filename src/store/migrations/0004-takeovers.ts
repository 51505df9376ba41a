/** Tasks that a person works on, each in a worktree of the person's own; `opening` is the process that makes it. */
export const statements: readonly string[] = [
  `create table takeovers (
    task_id text primary key references tasks (id),
    person text not null check (person <> ''),
    opening text,
    taken_at bigint not null
  )`,
];
