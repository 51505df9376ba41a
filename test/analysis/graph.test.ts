import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { conflictGraph, groupsWithout } from '../../src/analysis/graph.ts';
import { type Given, questionOf } from '../support/question.ts';

const graph = (tasks: readonly Given[], others = {}) => conflictGraph(questionOf(tasks, others));

const USER = 'shared/types/user.ts';

describe('the graph of conflicts', () => {
  test('joins two tasks that are likely to change a file, as the specification says it', () => {
    const edges = graph([
      { id: 'api-auth', likely: { [USER]: 0.98, 'apps/api/auth.ts': 0.9 } },
      { id: 'mobile-auth', likely: { [USER]: 0.98, 'apps/mobile/login.ts': 0.9 } },
    ]);
    expect(edges).toEqual([
      {
        taskA: 'api-auth',
        taskB: 'mobile-auth',
        risk: 'medium',
        files: [USER],
        expected: expect.closeTo(0.96, 2),
        reason: 'type changes may conflict (both: the text names it)',
        inTurn: false,
      },
    ]);
  });

  test.each([
    [
      'two files that both are sure to change',
      { 'a.ts': 0.9, 'b.ts': 0.9 },
      { 'a.ts': 0.9, 'b.ts': 0.9 },
      'high',
    ],
    ['a file that both have changed already', { 'a.ts': 1 }, { 'a.ts': 1 }, 'high'],
    ['one file that one is sure of', { 'a.ts': 0.9 }, { 'a.ts': 0.5 }, 'medium'],
    ['one file that neither is sure of', { 'a.ts': 0.5 }, { 'a.ts': 0.5 }, 'low'],
    ['a file that is hardly likely', { 'a.ts': 0.3 }, { 'a.ts': 0.3 }, undefined],
    ['files that are not the same', { 'a.ts': 0.9 }, { 'b.ts': 0.9 }, undefined],
    [
      'a lockfile alone, which is made anew',
      { 'package-lock.json': 0.9 },
      { 'package-lock.json': 0.9 },
      undefined,
    ],
  ])('of %s', (_, one, other, risk) => {
    expect(
      graph([
        { id: 'a', likely: one },
        { id: 'b', likely: other },
      ])[0]?.risk,
    ).toBe(risk);
  });

  test('goes by the paths that a person gave', () => {
    const risk = (one: readonly string[], other: readonly string[], likely = {}) =>
      graph([
        { id: 'a', paths: one },
        { id: 'b', paths: other, likely },
      ])[0]?.risk;
    expect(risk(['src/a.ts'], ['./src/a.ts'])).toBe('medium');
    expect(risk(['src/**'], ['src/api/**'])).toBe('low');
    expect(risk(['src'], ['src/api/**'])).toBe('low');
    expect(risk(['src/**'], ['docs/**'])).toBeUndefined();
    // It works there, and the other is all but sure to change a file there: still no more than a guess.
    expect(risk(['src/**'], [], { 'src/a.ts': 0.98 })).toBeUndefined();
    expect(risk(['src/**'], [], { 'src/a.ts': 0.98, 'src/b.ts': 0.9 })).toBe('low');
    expect(risk(['lib/**'], [], { 'src/a.ts': 0.98, 'src/b.ts': 0.9 })).toBeUndefined();
  });

  const same = { likely: { 'a.ts': 0.98 } };

  test('leaves out tasks that are not under way at the same time', () => {
    expect(
      graph([
        { id: 'a', ...same },
        { id: 'b', ...same, after: ['a'] },
      ]),
    ).toEqual([]);
    expect(
      graph([
        { id: 'a', ...same, after: ['b'] },
        { id: 'b', ...same },
      ]),
    ).toEqual([]);
    const sections = [{ name: 'Migrations', exclusive: true, maxRunners: 1 }];
    const inSection = [
      { id: 'a', ...same, section: 'Migrations' },
      { id: 'b', ...same },
    ];
    expect(graph(inSection, { sections })).toEqual([]);
    expect(graph(inSection)).toHaveLength(1);
  });

  test('marks tasks that one place in a section keeps in turn', () => {
    const tasks = ['a', 'b'].map((id) => ({ id, ...same, section: 'API' }));
    const edgeIn = (maxRunners: number) =>
      graph(tasks, { sections: [{ name: 'API', exclusive: false, maxRunners }] })[0];
    expect(edgeIn(1)).toMatchObject({ inTurn: true, risk: 'medium' });
    expect(edgeIn(2)).toMatchObject({ inTurn: false });
  });

  test('joins whom only a name joins, when the one breaks it', () => {
    const names = [{ symbol: 'checkUser', path: 'src/user.ts' }];
    const edges = graph([
      { id: 'a', title: 'Rename checkUser to verifyUser', names },
      { id: 'b', title: 'Call checkUser in the admin page', names },
    ]);
    expect(edges).toMatchObject([{ taskA: 'a', taskB: 'b', risk: 'high', files: [] }]);
    expect(edges[0]?.reason).toBe(
      'a “Rename checkUser to verifyUser” changes checkUser (src/user.ts), which b “Call checkUser in the admin page” names',
    );
  });

  test('does not depend on the order of the tasks', () => {
    const task = fc.record({
      likely: fc.dictionary(fc.constantFrom('a.ts', 'b.ts', 'c/d.ts'), fc.constantFrom(0.3, 0.6, 0.98, 1)),
      paths: fc.subarray(['c/**', 'a.ts', '**']),
    });
    fc.assert(
      fc.property(fc.array(task, { minLength: 2, maxLength: 6 }), (tasks) => {
        const given = tasks.map((one, index) => ({ id: `t${index}`, ...one }));
        const sides = (edges: ReturnType<typeof graph>) =>
          edges.map(({ taskA, taskB, risk }) => `${[taskA, taskB].sort()} ${risk}`).sort();
        expect(sides(graph(given.toReversed()))).toEqual(sides(graph(given)));
      }),
    );
  });
});

describe('groups', () => {
  test('hold nobody together with a neighbour, and everybody once', () => {
    const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
    const pair = fc
      .tuple(fc.constantFrom(...ids), fc.constantFrom(...ids))
      .filter(([one, other]) => one !== other);
    fc.assert(
      fc.property(fc.array(pair), (joined) => {
        const groups = groupsWithout(ids, joined);
        expect(groups.flat().sort()).toEqual(ids);
        for (const [one, other] of joined)
          expect(groups.some((group) => group.includes(one) && group.includes(other))).toBe(false);
      }),
    );
  });

  test('are as few as the most entangled need', () => {
    // A wheel of six: the hub alone, the others in two groups.
    const rim = ['a', 'b', 'c', 'd'];
    const joined = rim.flatMap((one, at) => [
      [one, rim[(at + 1) % rim.length] ?? ''] as const,
      [one, 'hub'] as const,
    ]);
    expect(groupsWithout([...rim, 'hub'], joined)).toEqual([['a', 'c'], ['b', 'd'], ['hub']]);
  });
});
