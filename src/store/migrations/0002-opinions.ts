/** What each reviewer said, with its findings, beside the reason of the rejection. */
export const statements: readonly string[] = [
  `alter table task_rejections add column opinions text not null default '[]'`,
];
