/** The hold that a review waits for, by its name; and the main that what is approved was replayed onto when it was judged. */
export const statements: readonly string[] = [
  'alter table tasks add column held_by text',
  'alter table entries add column reviewed_on text',
];
