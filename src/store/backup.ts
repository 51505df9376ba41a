import { type Db, run, type Store } from './open.ts';

/** Writes a whole copy of the store, as it is at one moment, into a file that must not exist. Others may write meanwhile. */
export async function copyStore(store: Store, to: string): Promise<void> {
  await run(store.db, 'vacuum into ?', to);
}

/** What SQLite finds wrong with the file; empty for nothing. */
export async function findDamage(db: Db): Promise<string[]> {
  const rows = await run<{ quick_check: string }>(db, 'pragma quick_check(5)');
  return rows.map((row) => row.quick_check).filter((line) => line !== 'ok');
}

export interface Settings {
  readonly journalMode: string;
  /** 2 is `full`. */
  readonly synchronous: number;
}

export async function readSettings(db: Db): Promise<Settings> {
  const [journal] = await run<{ journal_mode: string }>(db, 'pragma journal_mode');
  const [flushing] = await run<{ synchronous: number }>(db, 'pragma synchronous');
  return { journalMode: journal?.journal_mode ?? '', synchronous: flushing?.synchronous ?? 0 };
}
