// The store's door: the only import of the database driver, and the one place where a transaction begins.

import Database from 'better-sqlite3';
import { CompiledQuery, Kysely, SqliteDialect, SqliteDriver, type Transaction } from 'kysely';
import { Problem } from '../task/problem.ts';
import type { Schema } from './schema.ts';
import { SCHEMA_VERSION } from './version.ts';

export type Db = Kysely<Schema>;
export type Trx = Transaction<Schema>;

export interface StoreOptions {
  readonly file: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** A fresh short id. */
  readonly newId: () => string;
  /** Resolves after so many milliseconds. */
  readonly sleep: (ms: number) => Promise<void>;
  /** Create the file and its tables when they are missing (`init`), or say that they are. */
  readonly create?: boolean;
}

export interface Store {
  readonly db: Db;
  readonly now: () => number;
  readonly newId: () => string;
  /** Runs `work` in one immediate write transaction; tried again while another process writes, for 15 s. */
  write<T>(work: (trx: Trx) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** How long the driver itself waits for a lock; it blocks the process, so the rest of the wait is asynchronous. */
const BUSY_TIMEOUT_MS = 200;
const WRITE_PATIENCE_MS = 15_000;

/**
 * @throws Problem `no-store` when the file is missing, `newer-database`, `corrupt-database`
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const sqlite = connect(options);
  const db = new Kysely<Schema>({ dialect: new ImmediateDialect({ database: cachingStatements(sqlite) }) });
  const store: Store = {
    db,
    now: options.now,
    newId: options.newId,
    write: (work) => writing(db, options, work),
    close: () => db.destroy(),
  };
  try {
    await migrate(sqlite, store, options.file);
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return store;
}

function connect(options: StoreOptions): Database.Database {
  try {
    const sqlite = new Database(options.file, { timeout: BUSY_TIMEOUT_MS, fileMustExist: !options.create });
    // Setting the mode of a database that has it already takes no lock.
    if (sqlite.pragma('journal_mode', { simple: true }) !== 'wal') sqlite.pragma('journal_mode = wal');
    sqlite.pragma('synchronous = full');
    sqlite.pragma('foreign_keys = on');
    return sqlite;
  } catch (error) {
    throw openingProblem(error, options.file);
  }
}

function openingProblem(error: unknown, file: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const noFolder = error instanceof TypeError && /directory does not exist/.test(error.message);
  if (code === 'SQLITE_CANTOPEN' || noFolder) {
    return new Problem(
      'user',
      'no-store',
      `there is no steroids project here (${file} is missing)`,
      'steroids init',
    );
  }
  if (code === 'SQLITE_NOTADB' || code === 'SQLITE_CORRUPT') {
    return new Problem(
      'environment',
      'corrupt-database',
      `the store ${file} cannot be read as a database (${(error as Error).message})`,
      `Move it aside (keep it), then run: steroids init`,
    );
  }
  return error;
}

/** Statements are compiled once for each text: preparing cost a third of a claim where it was measured. */
function cachingStatements(sqlite: Database.Database) {
  const statements = new Map<string, Database.Statement>();
  return {
    close: () => void sqlite.close(),
    prepare(text: string) {
      const known = statements.get(text);
      if (known) return known;
      const statement = sqlite.prepare(text);
      if (statements.size < 500) statements.set(text, statement);
      return statement;
    },
  };
}

/** A plain `begin` that reads and then writes fails under contention, whatever the timeout. */
class ImmediateDialect extends SqliteDialect {
  readonly #config: ConstructorParameters<typeof SqliteDialect>[0];
  constructor(config: ConstructorParameters<typeof SqliteDialect>[0]) {
    super(config);
    this.#config = config;
  }
  override createDriver() {
    return new ImmediateDriver(this.#config);
  }
}

const BEGIN = CompiledQuery.raw('begin immediate');

class ImmediateDriver extends SqliteDriver {
  override async beginTransaction(
    connection: Parameters<SqliteDriver['beginTransaction']>[0],
  ): Promise<void> {
    await connection.executeQuery(BEGIN);
  }
}

async function writing<T>(db: Db, options: StoreOptions, work: (trx: Trx) => Promise<T>): Promise<T> {
  const deadline = options.now() + WRITE_PATIENCE_MS;
  for (let round = 1; ; round++) {
    try {
      return await db.transaction().execute(work);
    } catch (error) {
      if (!isBusy(error)) throw error;
      if (options.now() > deadline) {
        throw new Problem(
          'environment',
          'store-busy',
          `the store ${options.file} stayed locked by another process for ${WRITE_PATIENCE_MS / 1000} s`,
          'Look for a stopped or hanging steroids process, then try again.',
        );
      }
      // Jitter by the fraction of the clock: two waiters do not march in step.
      await options.sleep(5 + (options.now() % 17) + Math.min(round * 5, 100));
    }
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY');
}

function versionOf(sqlite: Database.Database): number {
  return Number(sqlite.pragma('user_version', { simple: true }));
}

async function migrate(sqlite: Database.Database, store: Store, file: string): Promise<void> {
  let version: number;
  try {
    version = versionOf(sqlite);
  } catch (error) {
    throw openingProblem(error, file);
  }
  if (version === SCHEMA_VERSION) return;
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
