import { spawn } from 'node:child_process';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import { listTasks } from '../../src/store/tasks.ts';
import { temporaryFolder } from '../support/folder.ts';
import { addSection, addTask, openTestStore } from '../support/store.ts';

const CLAIMER = path.join(import.meta.dirname, '..', 'support', 'claimer.ts');

interface Claims {
  readonly number: number;
  readonly claimed: readonly string[];
}

/** Starts processes that claim from the store, all at the same moment. */
async function claimTogether(file: string, count: number): Promise<Claims[]> {
  const children = Array.from({ length: count }, (_, index) => {
    const child = spawn(process.execPath, [CLAIMER, file, `p${index}`], { stdio: 'pipe' });
    onTestFinished(() => void child.kill('SIGKILL'));
    return {
      child,
      ready: new Promise((resolve) => child.stdout.once('data', resolve)),
      errors: text(child.stderr),
    };
  });
  await Promise.all(
    children.map(({ child, ready }) => Promise.race([ready, new Promise((end) => child.once('exit', end))])),
  );
  return await Promise.all(
    children.map(async ({ child, errors }) => {
      const printed = text(child.stdout);
      child.stdin.end();
      try {
        return JSON.parse(await printed) as Claims;
      } catch {
        throw new Error(`a process failed: ${await errors}`);
      }
    }),
  );
}

test('several processes that claim at once get every task exactly once', async () => {
  const { store, file } = await openTestStore();
  const ids: string[] = [];
  for (let index = 0; index < 40; index++) ids.push(await addTask(store, { title: `Task ${index}` }));
  const all = await claimTogether(file, 4);
  expect(all.flatMap((claims) => claims.claimed).sort()).toEqual(ids.sort());
  expect(all.map((claims) => claims.number).sort()).toEqual([1, 2, 3, 4]);
  expect(new Set((await listTasks(store.db)).map((task) => task.status))).toEqual(new Set(['in_progress']));
});

test('a section’s places and an exclusive section hold across processes', async () => {
  const { store, file } = await openTestStore();
  const narrow = await addSection(store, { name: 'narrow', maxRunners: 2 });
  const alone = await addSection(store, { name: 'alone', exclusive: true, maxRunners: 9 });
  for (let index = 0; index < 9; index++)
    await addTask(store, { title: `narrow ${index}`, sectionId: narrow });
  for (let index = 0; index < 3; index++) await addTask(store, { title: `alone ${index}`, sectionId: alone });
  const all = await claimTogether(file, 4);
  expect(all.flatMap((claims) => claims.claimed)).toHaveLength(2);
  const started = (await listTasks(store.db, { statuses: ['in_progress'] })).map((task) => task.title);
  expect(started).toEqual(['narrow 0', 'narrow 1']);
});

test('several processes may make the same store at once', async () => {
  const file = path.join(temporaryFolder(), 'steroids.db');
  const all = await claimTogether(file, 4);
  expect(all.map((claims) => claims.number).sort()).toEqual([1, 2, 3, 4]);
  const store = await openStore({ file, now: Date.now, newId: () => '', sleep: async () => {} });
  onTestFinished(() => store.close());
  expect(await store.db.selectFrom('meta').selectAll().execute()).toEqual([]);
});
