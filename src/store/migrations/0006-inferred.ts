/** Files that a task is likely to change, as we guessed when it was added; `paths` is what a person gave. */
export const statements: readonly string[] = [
  `alter table tasks add column paths_inferred text not null default '[]'`,
];
