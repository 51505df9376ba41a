import fc from 'fast-check';
import { expect, test } from 'vitest';
import { orderApart, pairsOf } from '../../src/analysis/order.ts';
import type { TaskId } from '../../src/task/ids.ts';
import { analyzedTask, asked, fileConflict, NO_CONFLICTS } from '../support/askedAbout.ts';

const ids = (...names: readonly string[]) => names as readonly TaskId[];

test('what is under way goes first, else who is claimed first; what has begun waits for nobody', () => {
  const tasks = [
    analyzedTask('a'),
    analyzedTask('b', { status: 'in_progress' }),
    analyzedTask('c', { status: 'review' }),
  ];
  const pairs = [
    { one: 'a', other: 'b' },
    { one: 'b', other: 'c' },
  ];
  expect(orderApart(asked(tasks), pairs)).toEqual([{ task: 'a', after: 'b' }]);
});

test('what waits already, also by way of others, is not ordered again; a task that comes later by its wish stays later', () => {
  const tasks = [
    analyzedTask('urgent', { after: ids('base') }),
    analyzedTask('base'),
    analyzedTask('c'),
    analyzedTask('d'),
  ];
  const pair = (one: string, other: string) => ({ one, other });
  const all = [
    pair('urgent', 'c'),
    pair('base', 'c'),
    pair('urgent', 'base'),
    pair('c', 'd'),
    pair('base', 'd'),
  ];
  expect(orderApart(asked(tasks), all)).toEqual([
    { task: 'c', after: 'urgent' },
    { task: 'd', after: 'c' },
  ]);
});

test('pairs are those of files and of logic that are more than a low risk, each once', () => {
  const logical = { description: 'needs it', mitigation: 'wait' };
  const low = { ...fileConflict('a', 'c', 'x'), risk: 'low' as const };
  const logicalConflicts = [
    { taskA: 'b', taskB: 'a', risk: 'high' as const, ...logical },
    { taskA: 'c', taskB: 'b', risk: 'medium' as const, ...logical },
  ];
  const conflicts = { fileConflicts: [fileConflict('a', 'b', 'x'), low], logicalConflicts };
  expect(pairsOf({ ...NO_CONFLICTS, ...conflicts })).toEqual([
    { one: 'b', other: 'a', inOrder: true },
    { one: 'c', other: 'b', inOrder: true },
  ]);
});

test('who had better go first does, where nothing speaks against it, and others keep to that', () => {
  const tasks = ['a', 'b', 'c'].map((id) => analyzedTask(id));
  const first = { one: 'c', other: 'a', inOrder: true };
  expect(orderApart(asked(tasks), [{ one: 'a', other: 'b' }, { one: 'b', other: 'c' }, first])).toEqual([
    { task: 'c', after: 'b' },
    { task: 'a', after: 'c' },
  ]);
  const back = { one: 'a', other: 'c', inOrder: true };
  expect(orderApart(asked(tasks), [first, back])).toEqual([{ task: 'a', after: 'c' }]);
});

test('whatever the tasks and the conflicts: every pair is apart afterwards, and nobody waits for itself', () => {
  const world = fc.integer({ min: 2, max: 9 }).chain((count) =>
    fc.record({
      // Each may come after any of lower rank; the order of claims is another one.
      after: fc.array(fc.subarray([...Array(count).keys()]), { minLength: count, maxLength: count }),
      order: fc.shuffledSubarray([...Array(count).keys()], { minLength: count, maxLength: count }),
      begun: fc.subarray([...Array(count).keys()]),
      pairs: fc.array(fc.tuple(fc.nat(count - 1), fc.nat(count - 1), fc.boolean())),
    }),
  );
  fc.assert(
    fc.property(world, ({ after, order, begun, pairs }) => {
      const closed: Set<number>[] = [];
      after.forEach((those, index) => {
        const lower = those.filter((one) => one < index);
        closed.push(new Set(lower.flatMap((one) => [one, ...(closed[one] ?? [])])));
      });
      const waits = (index: number) => [...(closed[index] ?? [])];
      const isBegun = (index: number) =>
        begun.includes(index) && waits(index).every((one) => begun.includes(one));
      const tasks = order.map((index) =>
        analyzedTask(String(index), {
          after: waits(index).map(String) as TaskId[],
          status: isBegun(index) ? 'in_progress' : 'pending',
        }),
      );
      const orders = orderApart(
        asked(tasks),
        pairs.map(([one, other, inOrder]) => ({ one: String(one), other: String(other), inOrder })),
      );
      const before = new Map(tasks.map((task) => [task.id as string, new Set<string>(task.after)]));
      for (const { task, after: first } of orders) before.get(task)?.add(first);
      const reaches = (from: string, to: string, seen = new Set<string>()): boolean =>
        [...(before.get(from) ?? [])].some((one) => {
          if (one === to) return true;
          if (seen.has(one)) return false;
          seen.add(one);
          return reaches(one, to, seen);
        });
      for (const { id } of tasks) expect(reaches(id, id)).toBe(false);
      for (const [one, other] of pairs) {
        if (one === other || (isBegun(one) && isBegun(other))) continue;
        expect(reaches(String(one), String(other)) || reaches(String(other), String(one))).toBe(true);
      }
      for (const { task } of orders) expect(tasks.find(({ id }) => id === task)?.status).toBe('pending');
    }),
  );
});
