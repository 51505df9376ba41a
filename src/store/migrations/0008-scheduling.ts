/**
 * What each task was guessed to change and has changed, what analysts said of pairs of tasks and what came of them, and whom
 * that holds back.
 */
export const statements: readonly string[] = [
  // Lists of [path, chance], and of paths; null where nothing was changed yet.
  `alter table tasks add column likely text not null default '[]'`,
  'alter table tasks add column changed text',

  // Whom an analyst was asked about: what it did not name it took for harmless.
  `create table opinions (
    id integer primary key,
    analyst text not null,
    tasks text not null,
    at bigint not null
  )`,
  'create index opinions_by_analyst on opinions (analyst, id)',

  // The smaller id first. Without an analyst: their changes have conflicted.
  `create table task_conflicts (
    one text not null references tasks (id),
    other text not null references tasks (id),
    analyst text not null,
    risk text not null check (risk in ('low', 'medium', 'high')),
    files text not null,
    at bigint not null,
    primary key (one, other, analyst),
    check (one < other)
  )`,
  'create index task_conflicts_other on task_conflicts (other)',

  `create table held_back (
    task_id text primary key references tasks (id),
    since bigint not null,
    until bigint not null
  )`,
];
