import { describe, expect, test } from 'vitest';
import {
  conflictBetween,
  holdingsOf,
  LIKELY,
  LIKELY_BESIDE_IDLE,
  leastHeld,
  overlapOf,
  type Rules,
  type Said,
  type Scheduled,
  type SchedulingMode,
  type Touches,
} from '../../src/task/schedule.ts';
import { canStartTask } from '../../src/task/start.ts';

const touches = (files: Record<string, number>, globs: Record<string, number> = {}): Touches => ({
  files: new Map(Object.entries(files)),
  globs: new Map(Object.entries(globs)),
});

const task = (id: string, files: Record<string, number>, globs = {}): Scheduled => ({
  id,
  touches: touches(files, globs),
});

/** A glob is a beginning here. */
const meet = (one: string, other: string) => one.startsWith(other) || other.startsWith(one);

const rules = (mode: SchedulingMode, said: readonly Said[] = []): Rules => ({ mode, meet, said: () => said });

describe('what two tasks have in common', () => {
  test('is the chance that both change one of the files, the likeliest named first', () => {
    const { chance, paths } = overlapOf(
      touches({ a: 0.5, b: 0.2, c: 1 }),
      touches({ a: 1, b: 0.5, d: 1 }),
      meet,
    );
    expect(chance).toBeCloseTo(1 - 0.5 * 0.9);
    expect(paths).toEqual(['a', 'b']);
  });

  test('counts globs against files and globs, from either side', () => {
    const glob = touches({}, { 'api/': 0.4 });
    for (const [one, other] of [
      [glob, touches({ 'api/a.ts': 0.5 })],
      [touches({ 'api/a.ts': 0.5 }), glob],
    ] as const)
      expect(overlapOf(one, other, meet)).toEqual({ chance: expect.closeTo(0.2), paths: ['api/a.ts'] });
    expect(overlapOf(glob, touches({}, { 'api/v2/': 0.5 }), meet).chance).toBeCloseTo(0.2);
    expect(overlapOf(glob, touches({ 'web/a.ts': 1 }, { 'web/': 1 }), meet).chance).toBe(0);
  });
});

describe('what keeps two tasks apart', () => {
  const pair = (chance: number) => [task('a', { x: chance }), task('b', { x: 1 })] as const;

  test('by the mode: nothing, what is likely, whatever they have in common', () => {
    const modes = (chance: number) =>
      (['aggressive', 'balanced', 'conservative'] as const).filter((mode) =>
        conflictBetween(...pair(chance), rules(mode)),
      );
    expect(modes(0)).toEqual([]);
    expect(modes(LIKELY / 2)).toEqual(['conservative']);
    expect(modes(LIKELY)).toEqual(['balanced', 'conservative']);
    expect(modes(1)).toEqual(['balanced', 'conservative']);
  });

  test('what an analyst says counts by its risk, and what has happened counts always', () => {
    const by = (mode: SchedulingMode, said: Said) =>
      conflictBetween(task('a', {}), task('b', {}), rules(mode, [said]))?.by;
    const low = { by: 'static', risk: 'low', paths: ['x'] } as const;
    expect(by('aggressive', { ...low, risk: 'high' })).toBeUndefined();
    expect(by('balanced', low)).toBeUndefined();
    expect(by('conservative', low)).toBe('static');
    expect(by('balanced', { ...low, risk: 'medium' })).toBe('static');
    expect(by('balanced', { by: null, risk: 'low', paths: [] })).toBe('history');
  });

  test('the answer is the same from either side', () => {
    const one = task('a', { x: 0.7, y: 0.1 }, { 'q/': 0.4 });
    const other = task('b', { y: 0.9, 'q/1': 0.3 }, { x: 0.2 });
    const [there, back] = [
      conflictBetween(one, other, rules('balanced')),
      conflictBetween(other, one, rules('balanced')),
    ];
    expect(there?.chance).toBeCloseTo(back?.chance ?? 0);
  });
});

describe('who goes first', () => {
  const [t, under, old, older] = [
    task('t', { x: 1 }),
    task('u', { y: 1 }),
    task('o', { x: 1 }),
    task('p', { x: 1 }),
  ];

  test('what was held back too long holds others that conflict with it, by the order of their turn', () => {
    const scene = { underWay: [under], overdue: [older, old], idle: false };
    expect(holdingsOf(t, scene, rules('balanced')).map((one) => [one.with, one.why])).toEqual([
      ['p', 'overdue'],
      ['o', 'overdue'],
    ]);
    expect(holdingsOf(old, scene, rules('balanced')).map((one) => one.with)).toEqual(['p']);
    expect(holdingsOf(older, scene, rules('balanced'))).toEqual([]);
    expect(holdingsOf(older, { ...scene, underWay: [t] }, rules('balanced'))).toMatchObject([
      { with: 't', why: 'under-way' },
    ]);
  });

  test('while most runners are idle the one that is held the least is begun, but never beside what is likely', () => {
    const held = (...chances: number[]) =>
      chances.map((chance) => {
        const one = task(`c${chance}`, { y: chance });
        return {
          task: one,
          holdings: holdingsOf(one, { underWay: [under], overdue: [], idle: true }, rules('balanced')),
        };
      });
    const least = (idle: boolean, mode: SchedulingMode, ...chances: number[]) =>
      leastHeld(held(...chances), { underWay: [under], overdue: [], idle }, rules(mode))?.id;
    expect(least(true, 'balanced', 0.15, 0.1, 0.19)).toBe('c0.1');
    expect(least(false, 'balanced', 0.1)).toBeUndefined();
    expect(least(true, 'conservative', 0.1)).toBeUndefined();
    expect(least(true, 'balanced', LIKELY_BESIDE_IDLE + 0.01)).toBeUndefined();
    const beside = { underWay: [], overdue: [task('o', { y: 0.05 })], idle: true };
    const late = task('l', { y: 1 });
    expect(
      leastHeld(
        [{ task: late, holdings: holdingsOf(late, beside, rules('balanced')) }],
        beside,
        rules('balanced'),
      ),
    ).toBeUndefined();
  });
});

test('canStartTask gives every conflict as a reason of its own, and none to what is alone anyhow', () => {
  const scene = {
    underWay: [task('u', { 'src/a.ts': 1 }), task('v', { 'src/a.ts': 0.5 })],
    overdue: [],
    idle: false,
  };
  const schedule = { ...scene, rules: rules('balanced') };
  const startable = { id: 't', section: null, zones: [], touches: touches({ 'src/a.ts': 0.95 }) };
  expect(canStartTask(startable, null, [], schedule)).toMatchObject([
    { code: 'conflict', sentence: 'both may change src/a.ts (95 %)', holding: { with: 'u' } },
    { code: 'conflict', sentence: 'both may change src/a.ts (48 %)', holding: { with: 'v' } },
  ]);
  expect(canStartTask(startable, null, [])).toEqual([]);
  const section = { id: 's', name: 'S', exclusive: true, maxRunners: 1 };
  expect(canStartTask({ ...startable, section }, null, [], schedule)).toEqual([]);
});

/** Mulberry32: the same numbers for the same seed. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Runners through tasks with random files, while more are added all the time: every task is begun, nothing that conflicts by
 * more than idleness allows is ever under way at once, and nobody waits much longer than the bound.
 */
function runThrough(seed: number, mode: SchedulingMode) {
  const next = random(seed);
  const pick = (most: number) => Math.floor(next() * most);
  const [runners, files, holdTicks, count] = [1 + pick(5), 1 + pick(6), 5, 40];
  const kit = rules(mode);
  const make = (number: number): Scheduled =>
    task(
      `t${number}`,
      Object.fromEntries(Array.from({ length: 1 + pick(3) }, () => [`f${pick(files)}`, next()])),
    );
  const [pending, since, under] = [
    [] as Scheduled[],
    new Map<string, number>(),
    new Map<Scheduled, number>(),
  ];
  let [made, begun, longest] = [0, 0, 0];
  for (let now = 0; begun < count; now++) {
    if (now > 5_000) throw new Error(`${count - begun} tasks are never begun (seed ${seed}, ${mode})`);
    // What arrives goes before what waits: its priority is higher. Without ageing that would be for ever.
    if (made < count) pending.unshift(make(made++));
    for (const [one, ends] of under) if (ends <= now) under.delete(one);
    while (under.size < runners) {
      const overdue = pending
        .filter(({ id }) => now - (since.get(id) ?? now) >= holdTicks)
        .toSorted((one, other) => (since.get(one.id) ?? 0) - (since.get(other.id) ?? 0));
      const scene = { underWay: [...under.keys()], overdue, idle: 2 * under.size < runners };
      const held = [];
      let chosen: Scheduled | undefined;
      for (const one of [...overdue, ...pending]) {
        const holdings = holdingsOf(one, scene, kit);
        if (holdings.length === 0) {
          chosen = one;
          break;
        }
        if (!since.has(one.id)) since.set(one.id, now);
        held.push({ task: one, holdings });
      }
      chosen ??= leastHeld(held, scene, kit);
      if (!chosen) break;
      const allowed = mode === 'conservative' ? Number.MIN_VALUE : LIKELY_BESIDE_IDLE;
      for (const other of mode === 'aggressive' ? [] : under.keys())
        if (overlapOf(chosen.touches, other.touches, meet).chance >= allowed)
          throw new Error(`${chosen.id} is begun beside ${other.id} (seed ${seed}, ${mode})`);
      longest = Math.max(longest, now - (since.get(chosen.id) ?? now));
      pending.splice(pending.indexOf(chosen), 1);
      under.set(chosen, now + 1 + pick(6));
      begun++;
    }
    // No deadlock: with nothing under way somebody may always begin.
    if (under.size === 0 && pending.length > 0) throw new Error(`nothing goes on (seed ${seed}, ${mode})`);
  }
  return { longest, holdTicks, count };
}

describe('with random tasks', () => {
  test.each(['conservative', 'balanced', 'aggressive'] as const)(
    '%s begins every one of them, apart',
    (mode) => {
      for (let seed = 1; seed <= 20; seed++) {
        const { longest, holdTicks, count } = runThrough(seed, mode);
        // Once overdue, it waits for those before it at most, each of which takes at most six.
        expect(longest).toBeLessThanOrEqual(holdTicks + 6 * count);
      }
    },
  );

  test('one that conflicts with all others has its turn soon after the bound, however many come before it', () => {
    const kit = rules('balanced');
    const wide = task('wide', { a: 1, b: 1 });
    const waiting = [wide];
    const under = new Map<Scheduled, number>();
    let since: number | undefined;
    for (let now = 0; now < 100; now++) {
      for (const [one, ends] of under) if (ends <= now) under.delete(one);
      waiting.unshift(task(`n${now}`, now % 2 === 0 ? { a: 1 } : { b: 1 }));
      for (const one of [...waiting]) {
        const overdue = since !== undefined && now - since >= 10 ? [wide] : [];
        const scene = { underWay: [...under.keys()], overdue, idle: false };
        if (holdingsOf(one, scene, kit).length > 0) {
          if (one === wide) since ??= now;
        } else {
          waiting.splice(waiting.indexOf(one), 1);
          under.set(one, now + 3);
          if (one === wide) {
            expect(now - (since ?? now)).toBeLessThanOrEqual(10 + 3);
            return;
          }
        }
      }
    }
    throw new Error('it was never begun');
  });
});
