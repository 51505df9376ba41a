/** Which entries ended last: whether all of them had overtaken one that waits. */
export const statements: readonly string[] = [
  `create index entries_ended on entries (target, updated_at, seq)
    where status in ('landed', 'conflicted', 'broken', 'cancelled')`,
];
