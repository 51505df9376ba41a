// The one connection of a process, its statements, and who may use it next. The only import of the database driver.

import { existsSync } from 'node:fs';
import Database from 'better-sqlite3';
import { type DatabaseConnection, type SqliteDatabase, SqliteDialect, SqliteDriver } from 'kysely';
import { lostProblem, openingProblem } from './damage.ts';
import type { StoreOptions } from './open.ts';
import { type Patience, patiently } from './patience.ts';

export type Sqlite = Database.Database;

/**
 * How long SQLite itself looks for a lock, which blocks the process: a look from there costs a fifth of one from here. It
 * would sleep longer and longer (up to 100 ms) while others hand the lock to each other, so what is longer is left to `patiently`.
 */
const BUSY_TIMEOUT_MS = 2;

/**
 * A claim changes a dozen pages by a few bytes each, and what is flushed is whole pages: with SQLite's usual 4,096 bytes
 * eight processes made a quarter fewer claims. The write-ahead log begins anew at the usual 4 MB all the same.
 */
const PAGE_BYTES = 1_024;
const CHECKPOINT_PAGES = 4_096_000 / PAGE_BYTES;

/** @throws Problem as `openStore` does */
export function connect(options: StoreOptions): Sqlite {
  const lost = options.create && !existsSync(options.file) ? lostProblem(options.file) : undefined;
  if (lost) throw lost;
  let sqlite: Sqlite | undefined;
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

export interface Statements extends SqliteDatabase {
  prepare(text: string): Database.Statement;
}

/** Statements are compiled once for each text: preparing cost a third of a claim where it was measured. */
export function cachingStatements(sqlite: Sqlite): Statements {
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
export class Turns {
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

export class PatientDialect extends SqliteDialect {
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
export function changesOf(sqlite: Sqlite): number | undefined {
  try {
    return Number(sqlite.pragma('data_version', { simple: true }));
  } catch {
    return undefined; // locked even for readers
  }
}
