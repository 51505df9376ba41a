/** The pairs that an analyst named when it was asked: what it says later, it may know by then. Null: of before. */
export const statements: readonly string[] = ['alter table opinions add column named text'];
