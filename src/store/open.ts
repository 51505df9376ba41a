// The store, opened: what reads has `db`, and only what has the `Trx` of a `write` may write.

import { CompiledQuery, Kysely } from 'kysely';
import { Baton } from './baton.ts';
import { cachingStatements, changesOf, connect, PatientDialect, Turns } from './connection.ts';
import { Flushing, type Sync } from './flush.ts';
import { migrate } from './migrate.ts';
import { type Patience, patiently } from './patience.ts';
import type { Schema } from './schema.ts';
import { CROWDED_MS, transactions, writer } from './writer.ts';

export type Db = Kysely<Schema>;
declare const writing: unique symbol;
/** The database inside `write`: what has one may write. */
export type Trx = Db & { readonly [writing]: true };

export interface StoreOptions extends Patience {
  /** Makes a named pipe. Without it those who wait for the store do so without an order (see baton.ts). */
  readonly makePipe?: (file: string) => void;
  /** Flushes the log to the disk, where that is not to be the system's own way. */
  readonly sync?: Sync;
  /** Milliseconds: see CROWDED_MS. */
  readonly crowdedMs?: number;
  /** A fresh short id. */
  readonly newId: () => string;
  /** Create the file and its tables when they are missing (`init`), or say that they are. */
  readonly create?: boolean;
}

export interface Store {
  readonly db: Db;
  readonly now: () => number;
  readonly newId: () => string;
  /**
   * Runs `work` in one immediate write transaction; tried again while others write (see patience.ts). Only one such
   * transaction runs at a time, in all processes: rules across rows (the places of a section) rely on it. What it has
   * changed is on the disk when it returns (see flush.ts).
   */
  write<T>(work: (trx: Trx) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/**
 * Runs constant SQL, for what happens at every claim: building such queries anew each time cost more than the database
 * did, and handing them through the query builder's layers as much, above all in a process that has just begun.
 */
export async function run<Row>(db: Db, text: string, ...values: readonly unknown[]): Promise<Row[]> {
  const statement = transactions.get(db)?.prepare(text);
  if (!statement) return (await db.executeQuery<Row>(CompiledQuery.raw(text, [...values]))).rows;
  if (statement.reader) return statement.all(...values) as Row[];
  statement.run(...values);
  return [];
}

/** The part of an update that says what is set; a column that is undefined stays. */
export function assignments(columns: Readonly<Record<string, unknown>>): {
  readonly text: string;
  readonly values: readonly unknown[];
} {
  const set = Object.entries(columns).filter(([, value]) => value !== undefined);
  return { text: set.map(([column]) => `${column} = ?`).join(', '), values: set.map(([, value]) => value) };
}

/**
 * @throws Problem `no-store` when the file is missing, `store-lost` when copies of it are there, `newer-database`,
 * `corrupt-database`, `store-read-only`, `store-unreadable`
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const sqlite = await patiently(options, async () => connect(options));
  const statements = cachingStatements(sqlite);
  const patience: Patience = { ...options, changes: () => changesOf(sqlite) };
  const turns = new Turns();
  const baton = new Baton(`${options.file}.turn`, options.makePipe ?? (() => {}));
  // Not every file system knows write-ahead logs; there each commit flushes by itself.
  const logged = sqlite.pragma('journal_mode', { simple: true }) === 'wal';
  const flushing = logged ? new Flushing(options.file, options.sync) : undefined;
  const db = new Kysely<Schema>({ dialect: new PatientDialect(statements, turns, patience) });
  const store: Store = {
    db,
    now: options.now,
    newId: options.newId,
    write: writer(sqlite, statements, {
      turns,
      baton,
      flushing,
      patience,
      crowdedMs: options.crowdedMs ?? CROWDED_MS,
    }),
    close: async () => {
      await db.destroy();
      await turns.take();
      await flushing?.close();
      baton.close();
      sqlite.close();
    },
  };
  try {
    await migrate(sqlite, store, options);
  } catch (error) {
    await store.close();
    throw error;
  }
  return store;
}
