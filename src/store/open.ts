// The store's door: the only import of the database driver, and the one place where a transaction begins.

import { existsSync } from 'node:fs';
import Database from 'better-sqlite3';
import {
  CompiledQuery,
  type DatabaseConnection,
  Kysely,
  type SqliteDatabase,
  SqliteDialect,
  SqliteDriver,
} from 'kysely';
import { changing } from '../failpoint/changing.ts';
import { Problem } from '../task/problem.ts';
import { Baton } from './baton.ts';
import { lostProblem, storageProblem } from './damage.ts';
import { Flushing, type Sync } from './flush.ts';
import { type Patience, patiently } from './patience.ts';
import type { Schema } from './schema.ts';
import { SCHEMA_VERSION } from './version.ts';

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
 * How long SQLite itself looks for a lock, which blocks the process: a look from there costs a fifth of one from here. It
 * would sleep longer and longer (up to 100 ms) while others hand the lock to each other, so what is longer is left to `patiently`.
 */
const BUSY_TIMEOUT_MS = 2;

/**
 * Who has waited so long is one of a crowd, and flushes after it has given the lock back: then fifty get on half as fast
 * again. A few that write all the time wait less, and flush within their commits, which is a fifth faster for them.
 */
const CROWDED_MS = 8;

/**
 * A claim changes a dozen pages by a few bytes each, and what is flushed is whole pages: with SQLite's usual 4,096 bytes
 * eight processes made a quarter fewer claims. The write-ahead log begins anew at the usual 4 MB all the same.
 */
const PAGE_BYTES = 1_024;
const CHECKPOINT_PAGES = 4_096_000 / PAGE_BYTES;

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

/** The statements behind each `Trx`. */
const transactions = new WeakMap<Db, Statements>();

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

function connect(options: StoreOptions): Database.Database {
  const lost = options.create && !existsSync(options.file) ? lostProblem(options.file) : undefined;
  if (lost) throw lost;
  let sqlite: Database.Database | undefined;
  try {
    sqlite = new Database(options.file, { timeout: BUSY_TIMEOUT_MS, fileMustExist: !options.create });
    // Setting the mode of a database that has it already takes no lock. Of two that set it at once, one fails at once.
    if (sqlite.pragma('journal_mode', { simple: true }) !== 'wal') {
      sqlite.pragma(`page_size = ${PAGE_BYTES}`); // of an empty file; later it says nothing
      sqlite.pragma('journal_mode = wal');
    }
    sqlite.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
    sqlite.pragma('synchronous = full');
    sqlite.pragma('foreign_keys = on');
    return sqlite;
  } catch (error) {
    sqlite?.close();
    throw openingProblem(error, options.file);
  }
}

function openingProblem(error: unknown, file: string): unknown {
  const problem = storageProblem(error, file);
  if (problem) return problem;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const noFolder = error instanceof TypeError && /directory does not exist/.test(error.message);
  if (code === 'SQLITE_CANTOPEN' || noFolder) return lostProblem(file) ?? noStore(`${file} is missing`);
  return error;
}

const noStore = (why: string) =>
  new Problem('user', 'no-store', `there is no steroids project here (${why})`, 'steroids init');

interface Statements extends SqliteDatabase {
  prepare(text: string): Database.Statement;
}

/** Statements are compiled once for each text: preparing cost a third of a claim where it was measured. */
function cachingStatements(sqlite: Database.Database): Statements {
  const statements = new Map<string, Database.Statement>();
  return {
    close: () => {}, // `Store.close` does, since a query builder that was never asked would not
    prepare(text: string) {
      const known = statements.get(text);
      if (known) return known;
      const statement = sqlite.prepare(text);
      if (statements.size < 500) statements.set(text, statement);
      return statement;
    },
  };
}

/** Transactions and reads of this process take turns on its one connection, in the order in which they ask. */
class Turns {
  #last = Promise.resolve();
  /** @returns what ends the turn */
  async take(): Promise<() => void> {
    const before = this.#last;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#last = promise;
    await before;
    return resolve;
  }
}

interface Writing {
  readonly turns: Turns;
  readonly baton: Baton;
  readonly flushing: Flushing | undefined;
  readonly patience: Patience;
  readonly crowdedMs: number;
}

/**
 * The query builder's own transactions go through many layers for each, which cost a claim as much as its SQL in a process
 * that has just begun: here they are three statements.
 */
function writer(
  sqlite: Database.Database,
  statements: Statements,
  { turns, baton, flushing, patience, crowdedMs }: Writing,
): Store['write'] {
  const inside: Statements = {
    close: statements.close,
    prepare(text) {
      if (!sqlite.inTransaction) throw new TypeError('a query of a transaction that has ended');
      return statements.prepare(text);
    },
  };
  const trx = new Kysely<Schema>({ dialect: new SqliteDialect({ database: inside }) }) as Trx;
  transactions.set(trx, inside);
  // A plain `begin` that reads and then writes fails under contention, whatever the timeout.
  const begin = sqlite.prepare('begin immediate');
  const commit = sqlite.prepare('commit');
  const rollback = sqlite.prepare('rollback');
  const changes = sqlite.prepare('select total_changes()').pluck();
  let flushesItself = true;
  /** Within the commit, or by us after it. */
  const setFlushing = (itself: boolean) => {
    if (itself !== flushesItself) sqlite.pragma(`synchronous = ${itself ? 'full' : 'normal'}`);
    flushesItself = itself;
  };
  /** @returns what was done, and whether it has yet to be flushed */
  const attempt = async <T>(work: (trx: Trx) => Promise<T>, since: number): Promise<[T, boolean]> => {
    const end = await turns.take();
    try {
      const crowded = flushing !== undefined && patience.now() - since >= crowdedMs;
      setFlushing(!crowded);
      const before = crowded ? changes.get() : 0;
      withoutStack(() => begin.run());
      baton.pass(); // the next one wakes up while this one writes
      const done = await work(trx);
      commit.run();
      // Whoever looked for work and found none has nothing to flush.
      return [done, crowded && changes.get() !== before];
    } finally {
      try {
        if (sqlite.inTransaction) rollback.run();
      } finally {
        end();
      }
    }
  };
  const write: Store['write'] = async (work) => {
    const since = patience.now();
    const [done, toFlush] = await patiently(patience, () => attempt(work, since), baton).finally(() =>
      baton.pass(),
    );
    if (toFlush) await flushing?.flush();
    return done;
  };
  return (work) => changing('store write', () => write(work));
}

/** Most of what a busy lock costs who looks at it is the stack in its error. */
function withoutStack(work: () => void): void {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    work();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

class PatientDialect extends SqliteDialect {
  readonly #driver: () => PatientDriver;
  constructor(statements: Statements, turns: Turns, options: Patience) {
    super({ database: statements });
    this.#driver = () => new PatientDriver(statements, turns, options);
  }
  override createDriver() {
    return this.#driver();
  }
}

/** For reading. */
class PatientDriver extends SqliteDriver {
  readonly #turns: Turns;
  readonly #options: Patience;
  #end: (() => void) | undefined;
  constructor(statements: Statements, turns: Turns, options: Patience) {
    super({ database: statements });
    this.#turns = turns;
    this.#options = options;
  }
  override async acquireConnection(): Promise<DatabaseConnection> {
    this.#end = await this.#turns.take();
    const connection = await super.acquireConnection();
    return {
      // Even a read waits while the store is being recovered, or closed by who used it last.
      executeQuery: (query) => patiently(this.#options, () => connection.executeQuery(query)),
      streamQuery: connection.streamQuery.bind(connection),
    };
  }
  override async releaseConnection(): Promise<void> {
    this.#end?.();
  }
}

/** Of others: it is this connection's own count. */
function changesOf(sqlite: Database.Database): number | undefined {
  try {
    return Number(sqlite.pragma('data_version', { simple: true }));
  } catch {
    return undefined; // locked even for readers
  }
}

function versionOf(sqlite: Database.Database): number {
  return Number(sqlite.pragma('user_version', { simple: true }));
}

async function migrate(sqlite: Database.Database, store: Store, options: StoreOptions): Promise<void> {
  const { file } = options;
  let version: number;
  try {
    version = await patiently(options, async () => versionOf(sqlite));
  } catch (error) {
    throw openingProblem(error, file);
  }
  if (version === SCHEMA_VERSION) return;
  if (version === 0) {
    const lost = lostProblem(file);
    if (lost) throw lost;
    if (!options.create) throw noStore(`${file} has nothing in it`);
  }
  if (version > SCHEMA_VERSION) {
    throw new Problem(
      'user',
      'newer-database',
      `the store ${file} was written by a newer steroids (its version is ${version}, this one knows ${SCHEMA_VERSION})`,
      'Update steroids, or use the version that wrote it.',
    );
  }
  const { migrations } = await import('./migrations/index.ts');
  await store.write(async (trx) => {
    // Another process may have been faster.
    for (let next = versionOf(sqlite); next < migrations.length; next++) {
      for (const text of migrations[next] ?? []) await trx.executeQuery(CompiledQuery.raw(text));
      await trx.executeQuery(CompiledQuery.raw(`pragma user_version = ${next + 1}`));
    }
  });
}
