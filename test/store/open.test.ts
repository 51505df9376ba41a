import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { listEvents } from '../../src/store/events.ts';
import { migrations } from '../../src/store/migrations/index.ts';
import { openStore, run, type StoreOptions } from '../../src/store/open.ts';
import { listOpinions } from '../../src/store/opinions.ts';
import { getTouches } from '../../src/store/schedule.ts';
import { recordUsage, spentSince, sumUsage } from '../../src/store/usage.ts';
import { SCHEMA_VERSION } from '../../src/store/version.ts';
import type { TaskId } from '../../src/task/ids.ts';
import { shellQuoted } from '../../src/task/shell.ts';
import { temporaryFolder } from '../support/folder.ts';
import { addTask, NOON, openTestStore, taskOf } from '../support/store.ts';

const options = (file: string, more: Partial<StoreOptions> = {}): StoreOptions => ({
  file,
  now: () => NOON,
  newId: () => 'abcdefgh',
  sleep: async () => {},
  ...more,
});

const newFile = () => path.join(temporaryFolder(), 'steroids.db');

/** Another process's connection. */
function connect(file: string): Database.Database {
  const other = new Database(file);
  onTestFinished(() => void other.close());
  return other;
}

async function create(file: string): Promise<void> {
  await (await openStore(options(file, { create: true }))).close();
}

describe('opening', () => {
  test('makes the tables when it is told to', async () => {
    const file = newFile();
    await create(file);
    expect(connect(file).pragma('user_version', { simple: true })).toBe(SCHEMA_VERSION);
    expect(connect(file).pragma('journal_mode', { simple: true })).toBe('wal');
  });

  test('the version is the number of migrations', () => {
    expect(SCHEMA_VERSION).toBe(migrations.length);
  });

  test('again changes nothing, however often', async () => {
    const file = newFile();
    await create(file);
    const other = connect(file);
    const version = () => other.pragma('data_version', { simple: true });
    const before = version();
    for (let round = 0; round < 5; round++) {
      const store = await openStore(options(file, { create: round % 2 === 0 }));
      await store.db.selectFrom('tasks').selectAll().execute();
      await store.close();
    }
    // SQLite counts the commits of other connections here.
    expect(version()).toBe(before);
  });

  test('keeps what is in it', async () => {
    const { store, file } = await openTestStore();
    const id = await addTask(store, { title: 'Stay' });
    const again = await openStore(options(file));
    onTestFinished(() => again.close());
    expect(await taskOf(again, id)).toEqual(await taskOf(store, id));
    expect((await listEvents(again.db)).map((event) => event.kind)).toEqual(['added']);
  });
});

test('tasks from before there were inferred paths have none', async () => {
  const file = newFile();
  const old = connect(file);
  for (const statement of migrations.slice(0, 5).flat()) old.exec(statement);
  old.exec(`insert into tasks (id, title, spec, priority, paths, status, current_attempt, bounds_from, version, created_at, updated_at)
    values ('k3j9abcd', 'Stay', '', 0, '["web/**"]', 'pending', 0, 0, 0, 1, 1)`);
  old.pragma('user_version = 5');
  const store = await openStore(options(file));
  onTestFinished(() => store.close());
  expect(await taskOf(store, 'k3j9abcd' as TaskId)).toMatchObject({
    title: 'Stay',
    paths: ['web/**'],
    pathsInferred: [],
  });
});

test('tasks from before there was scheduling are guessed to change nothing, and have changed nothing that is known', async () => {
  const file = newFile();
  const old = connect(file);
  for (const statement of migrations.slice(0, 6).flat()) old.exec(statement);
  old.exec(`insert into tasks (id, title, spec, priority, paths, status, current_attempt, bounds_from, version, created_at, updated_at)
    values ('k3j9abcd', 'Stay', '', 0, '["web/**"]', 'pending', 0, 0, 0, 1, 1)`);
  old.pragma('user_version = 6');
  const store = await openStore(options(file));
  onTestFinished(() => store.close());
  expect(await getTouches(store.db, 'k3j9abcd')).toEqual({
    id: 'k3j9abcd',
    paths: '["web/**"]',
    likely: '[]',
    changed: null,
  });
});

test('what steps used before usage had a purpose is still of these steps', async () => {
  const file = newFile();
  const old = connect(file);
  for (const statement of migrations.slice(0, 9).flat()) old.exec(statement);
  old.exec(`insert into tasks (id, title, spec, priority, paths, status, current_attempt, bounds_from, version, created_at, updated_at)
    values ('k3j9abcd', 'Stay', '', 0, '[]', 'pending', 1, 0, 0, 1, 1)`);
  old.exec(`insert into steps (id, task_id, kind, attempt, input_commit, started_at)
    values (7, 'k3j9abcd', 'code', 1, 'a', 1), (8, 'k3j9abcd', 'review', 1, 'b', 1)`);
  old.exec(`insert into usage (step_id, who, task_id, attempt, kind, input, cost, ms, whole, at)
    values (7, 'claude', 'k3j9abcd', 1, 'code', 5, 0.5, 10, 1, 2), (8, 'strict', 'k3j9abcd', 1, 'review', null, null, 20, 0, 3)`);
  old.pragma('user_version = 9');
  const store = await openStore(options(file));
  onTestFinished(() => store.close());
  expect(await sumUsage(store.db, 'purpose', 0)).toMatchObject([
    { key: 'code', steps: 1, cost: 0.5, input: 5, ms: 10 },
    { key: 'review', steps: 1, cost: null, untold: 1, cutOff: 1, ms: 20 },
  ]);
  expect(await sumUsage(store.db, 'attempt', 0)).toMatchObject([
    { key: 'k3j9abcd/1', title: 'Stay', steps: 2 },
  ]);
  const step = { id: 7, taskId: 'k3j9abcd' as TaskId, attempt: 1, kind: 'code' } as const;
  const used = { who: 'claude', tokens: null, cost: 9, ms: 1, whole: true };
  await store.write((trx) => recordUsage(store, trx, step, [used]));
  expect(await spentSince(store.db, 0)).toMatchObject({ cost: 0.5 });
});

test('opinions of which it was not kept whom they named are not judged', async () => {
  const file = newFile();
  const old = connect(file);
  for (const statement of migrations.slice(0, 10).flat()) old.exec(statement);
  old.exec(`insert into opinions (analyst, tasks, at) values ('static', '[["k3j9abcd",0]]', 1)`);
  old.pragma('user_version = 10');
  const store = await openStore(options(file));
  onTestFinished(() => store.close());
  expect(await listOpinions(store.db)).toEqual([]);
});

describe('what cannot be opened', () => {
  test('a file that is missing', async () => {
    await expect(openStore(options(newFile()))).rejects.toMatchObject({
      kind: 'user',
      code: 'no-store',
      hint: 'steroids init',
    });
  });

  test('a file in a folder that is missing', async () => {
    const file = path.join(temporaryFolder(), 'steroids', 'steroids.db');
    await expect(openStore(options(file))).rejects.toMatchObject({ kind: 'user', code: 'no-store' });
  });

  test('an empty file, until it is made', async () => {
    const file = newFile();
    writeFileSync(file, '');
    await expect(openStore(options(file))).rejects.toMatchObject({
      code: 'no-store',
      message: expect.stringContaining('has nothing in it'),
      hint: 'steroids init',
    });
    await create(file);
    await (await openStore(options(file))).close();
  });

  test.each(['missing', 'empty'])('a file that is %s where copies of it are: it was lost', async (how) => {
    const file = newFile();
    const copy = path.join(path.dirname(file), 'backups', 'steroids-2026-01-01T000000000Z.db');
    await create(file);
    mkdirSync(path.dirname(copy));
    copyFileSync(file, copy);
    if (how === 'missing') rmSync(file);
    else truncateSync(file, 0);
    for (const more of [{}, { create: true }]) {
      await expect(openStore(options(file, more))).rejects.toMatchObject({
        kind: 'environment',
        code: 'store-lost',
        hint: expect.stringContaining(`cp ${shellQuoted(copy)} ${shellQuoted(file)}\n    steroids recover`),
      });
      expect(existsSync(file)).toBe(how === 'empty');
    }
    const { hint } = await openStore(options(file)).catch((error) => error);
    for (const line of hint.split('\n').slice(1, -1)) execFileSync('sh', ['-c', line]);
    await (await openStore(options(file))).close();
  });

  test('a second damage does not write over what was put aside after the first', async () => {
    const file = newFile();
    mkdirSync(path.join(path.dirname(file), 'damaged'));
    writeFileSync(file, 'this is no database '.repeat(50));
    const { hint } = await openStore(options(file)).catch((error) => error);
    expect(hint).toContain(`/damaged-2`);
  });

  test('a file that is no database', async () => {
    const file = newFile();
    writeFileSync(file, 'this is a text, and longer than the header of a database: '.repeat(10));
    const before = readFileSync(file);
    await expect(openStore(options(file, { create: true }))).rejects.toMatchObject({
      kind: 'environment',
      code: 'corrupt-database',
    });
    expect(readFileSync(file)).toEqual(before);
  });

  test('a database whose end is missing', async () => {
    const whole = newFile();
    await create(whole);
    connect(whole).pragma('wal_checkpoint(truncate)');
    const file = newFile();
    copyFileSync(whole, file);
    truncateSync(file, 4096 + 17);
    const opened = openStore(options(file)).then(async (store) => {
      onTestFinished(() => store.close());
      await store.db.selectFrom('tasks').selectAll().execute();
    });
    await expect(opened).rejects.toMatchObject({ code: expect.stringMatching(/corrupt|SQLITE_CORRUPT/) });
  });

  test('a database of a newer version, which stays as it is', async () => {
    const file = newFile();
    await create(file);
    const other = connect(file);
    other.pragma(`user_version = ${SCHEMA_VERSION + 1}`);
    await expect(openStore(options(file))).rejects.toMatchObject({
      kind: 'user',
      code: 'newer-database',
      message: expect.stringContaining(
        `its version is ${SCHEMA_VERSION + 1}, this one knows ${SCHEMA_VERSION}`,
      ),
    });
    expect(other.pragma('user_version', { simple: true })).toBe(SCHEMA_VERSION + 1);
  });
});

describe('writing', () => {
  test('is undone as a whole when it fails', async () => {
    const { store } = await openTestStore();
    const failing = store.write(async (trx) => {
      await trx.insertInto('meta').values({ key: 'main', value: 'main' }).execute();
      throw new Error('the work failed');
    });
    await expect(failing).rejects.toThrow('the work failed');
    expect(await store.db.selectFrom('meta').select('key').execute()).toEqual([]);
  });

  test('ends with the transaction: what is kept of it is refused', async () => {
    const { store } = await openTestStore();
    const kept = await store.write(async (trx) => trx);
    await expect(run(kept, `insert into meta (key, value) values ('main', 'main')`)).rejects.toThrow();
    expect(await store.db.selectFrom('meta').select('key').execute()).toEqual([]);
  });

  test('waits until another process has written', async () => {
    const file = newFile();
    await create(file);
    const other = connect(file);
    let waited = 0;
    const store = await openStore(
      options(file, {
        sleep: async () => {
          waited++;
          other.exec('commit');
        },
      }),
    );
    onTestFinished(() => store.close());
    other.exec("begin immediate; insert into meta values ('main', 'theirs')");
    const read = await store.write((trx) =>
      trx.selectFrom('meta').select('value').where('key', '=', 'main').execute(),
    );
    expect(read).toEqual([{ value: 'theirs' }]);
    expect(waited).toBe(1);
  });

  test('gives up when the other process does not end', async () => {
    const file = newFile();
    await create(file);
    let at = NOON;
    const store = await openStore(
      options(file, {
        now: () => at,
        sleep: async () => {
          at += 10_000;
        },
      }),
    );
    onTestFinished(() => store.close());
    const other = connect(file);
    other.exec('begin immediate');
    await expect(store.write(async () => 'written')).rejects.toMatchObject({
      kind: 'environment',
      code: 'store-busy',
    });
    other.exec('rollback');
    expect(await store.write(async () => 'written')).toBe('written');
  });

  test('the database refuses what the types do not allow', async () => {
    const { store } = await openTestStore();
    const id = await addTask(store);
    const set = (columns: object) =>
      store.db.updateTable('tasks').set(columns).where('id', '=', id).execute();
    await expect(set({ status: 'verifying' })).rejects.toThrow('CHECK');
    await expect(set({ status: 'completed' })).rejects.toThrow('CHECK');
    await expect(set({ landed_commit: 'a' })).rejects.toThrow('CHECK');
    await expect(set({ title: '' })).rejects.toThrow('CHECK');
    await expect(set({ section_id: 'nowhere' })).rejects.toThrow('FOREIGN KEY');
  });
});
