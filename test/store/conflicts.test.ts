import { expect, test } from 'vitest';
import { listConflicts, recordConflicts, type TaskConflict } from '../../src/store/conflicts.ts';
import { listEvents } from '../../src/store/events.ts';
import { insertTask } from '../../src/store/tasks.ts';
import type { TaskId } from '../../src/task/ids.ts';
import { NOON, openTestStore } from '../support/store.ts';

const PLAIN = { spec: '', sectionId: null, priority: 0, paths: [], coder: null };
const FINDING = {
  file: 'a.ts',
  export: 'go',
  change: 'removed',
  to: null,
  before: '()',
  after: null,
  changedBy: 'one',
  usedIn: 'b.ts',
} as const;

type Seen = Omit<TaskConflict, 'since'>;

const between = (one: TaskId, other: TaskId): Seen => ({
  one,
  other,
  files: [{ file: 'a.ts', kind: 'content' }],
  more: 0,
  findings: [FINDING],
});

async function opened() {
  const { store, pass } = await openTestStore();
  const [a, b, c] = (await store.write(async (trx) => [
    await insertTask(store, trx, { ...PLAIN, title: 'a' }),
    await insertTask(store, trx, { ...PLAIN, title: 'b' }),
    await insertTask(store, trx, { ...PLAIN, title: 'c' }),
  ])) as [TaskId, TaskId, TaskId];
  const record = (seen: readonly Seen[], looked: readonly TaskId[], gone: readonly TaskId[] = []) =>
    store.write((trx) => recordConflicts(store, trx, seen, new Set(looked), (id) => gone.includes(id)));
  const told = async (taskId: TaskId) =>
    (await listEvents(store.db, { taskId }))
      .filter(({ kind }) => kind.startsWith('conflict'))
      .map(({ kind, data }) => `${kind} ${data.with}`);
  return { store, pass, a, b, c, record, told };
}

test('a conflict is told once to both, each from its own side, and keeps the time when it was first seen', async () => {
  const { store, pass, a, b, record, told } = await opened();
  expect(await record([between(a, b)], [a, b])).toMatchObject([{ one: a, other: b, since: NOON }]);
  pass(1_000);
  expect(await record([between(b, a)], [a, b])).toEqual([]);
  expect(await listConflicts(store.db)).toMatchObject([{ one: b, other: a, since: NOON }]);
  expect(await told(a)).toEqual([`conflict ${b}`]);
  expect(await told(b)).toEqual([`conflict ${a}`]);
  const sides = await Promise.all([a, b].map((taskId) => listEvents(store.db, { taskId })));
  expect(sides.map((events) => events.at(-1)?.data.findings)).toMatchObject([
    [{ changedBy: 'one' }],
    [{ changedBy: 'other' }],
  ]);
});

test('it is over when both were looked at and it is not there; who was not looked at keeps it', async () => {
  const { store, a, b, c, record, told } = await opened();
  await record([between(a, b), between(a, c)], [a, b, c]);
  await record([], [a, b]);
  expect(await listConflicts(store.db)).toMatchObject([{ one: a, other: c }]);
  expect(await told(a)).toEqual([`conflict ${b}`, `conflict ${c}`, `conflictOver ${b}`]);
  expect(await told(b)).toEqual([`conflict ${a}`, `conflictOver ${a}`]);
  expect(await told(c)).toEqual([`conflict ${a}`]);
  // With a task that has ended nothing is over, and nothing is left.
  await record([], [a], [c]);
  expect(await listConflicts(store.db)).toEqual([]);
  expect(await told(c)).toEqual([`conflict ${a}`]);
});
