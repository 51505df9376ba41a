// Writing: one transaction at a time in all processes, and on the disk when it returns.

import { Kysely, SqliteDialect } from 'kysely';
import { changing } from '../failpoint/changing.ts';
import type { Baton } from './baton.ts';
import type { Sqlite, Statements, Turns } from './connection.ts';
import type { Flushing } from './flush.ts';
import type { Db, Store, Trx } from './open.ts';
import { type Patience, patiently } from './patience.ts';
import type { Schema } from './schema.ts';

/**
 * Who has waited so long is one of a crowd, and flushes after it has given the lock back: then fifty get on half as fast
 * again. A few that write all the time wait less, and flush within their commits, which is a fifth faster for them.
 */
export const CROWDED_MS = 8;

/** The statements behind each `Trx`. */
export const transactions = new WeakMap<Db, Statements>();

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
export function writer(
  sqlite: Sqlite,
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
