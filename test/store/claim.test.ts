import { describe, expect, test } from 'vitest';
import { getAttempt } from '../../src/store/attempts.ts';
import type { Claimed, Claiming } from '../../src/store/claim.ts';
import { listClaims } from '../../src/store/claims.ts';
import type { Store } from '../../src/store/open.ts';
import type { Runner } from '../../src/store/runners.ts';
import { updateSection } from '../../src/store/sections.ts';
import { closeStep, listOpenSteps } from '../../src/store/steps.ts';
import { addDependency } from '../../src/store/tasks.ts';
import { overlapIndex } from '../../src/structure/overlapping.ts';
import type { TaskEvent } from '../../src/task/event.ts';
import type { TaskId } from '../../src/task/ids.ts';
import {
  addRunner,
  addSection,
  addTask,
  apply,
  claimantOf,
  claimNext,
  commit,
  happens,
  MAIN,
  openTestStore,
  sha,
  taskOf,
} from '../support/store.ts';

/** Titles of the tasks that one runner claims, until there is nothing for it. */
async function claimAll(store: Store, runner: Runner, claiming: Partial<Claiming> = {}): Promise<string[]> {
  const titles: string[] = [];
  for (;;) {
    const claimed = await claimNext(store, runner, claiming);
    if (!claimed) return titles;
    titles.push((await taskOf(store, claimed.taskId)).title);
  }
}

const titleOf = async (store: Store, claimed: Claimed | undefined) =>
  claimed && (await taskOf(store, claimed.taskId)).title;

/** Submitted, approved and landed. */
async function land(store: Store, id: TaskId): Promise<void> {
  await apply(store, id, happens.submitted(commit('a')));
  await apply(store, id, happens.approved(sha('a')));
  await apply(store, id, happens.landed(sha('b')));
}

describe('the order', () => {
  test('is by priority, then by arrival', async () => {
    const { store } = await openTestStore();
    for (const [title, priority] of [
      ['first', 0],
      ['urgent', 9],
      ['unhurried', -1],
      ['second', 0],
    ] as const) {
      await addTask(store, { title, priority });
    }
    expect(await claimAll(store, await addRunner(store))).toEqual(['urgent', 'first', 'second', 'unhurried']);
  });

  test.each([
    ['', {}],
    [', with zones', { zoning: { zonesOf: () => [], kept: null, only: [] } }],
    [', with locks on files', { overlapping: overlapIndex }],
  ])('when nine that came later were begun it is the oldest one’s turn%s', async (_, claiming) => {
    const { store } = await openTestStore();
    for (const title of ['old', 'older than most']) await addTask(store, { title });
    for (let number = 0; number < 24; number++) await addTask(store, { title: `${number}`, priority: 5 });
    const turns = await claimAll(store, await addRunner(store), claiming);
    expect([turns.indexOf('old'), turns.indexOf('older than most')]).toEqual([9, 19]);
    expect(turns.filter((title) => !title.startsWith('old'))).toEqual(
      Array.from({ length: 24 }, (_, number) => `${number}`),
    );
  });

  test('nothing to do is an answer', async () => {
    const { store } = await openTestStore();
    expect(await claimNext(store, await addRunner(store))).toBeUndefined();
  });
});

describe('what a claim writes', () => {
  test('the task, its first attempt, its branch and its step', async () => {
    const { store } = await openTestStore();
    const id = await addTask(store);
    const runner = await addRunner(store);
    const claimed = await claimNext(store, runner);
    expect(claimed).toEqual({ taskId: id, stepId: expect.any(Number), kind: 'code' });
    expect(await taskOf(store, id)).toMatchObject({
      status: 'in_progress',
      attempt: 1,
      branch: `runner-1/task-${id}`,
      baseCommit: MAIN,
      attemptBaseCommit: MAIN,
      latestCommit: MAIN,
    });
    expect(await getAttempt(store.db, id, 1)).toMatchObject({
      runnerNumber: 1,
      coder: 'default',
      outcome: 'coding',
    });
    expect(await listOpenSteps(store.db, { runnerId: runner.id })).toMatchObject([
      { id: claimed?.stepId, taskId: id, kind: 'code', attempt: 1 },
    ]);
  });

  test('the branch of the first claim, whoever claims it later', async () => {
    const { store } = await openTestStore();
    const id = await addTask(store);
    await claimNext(store, await addRunner(store));
    await apply(store, id, happens.interrupted);
    await claimNext(store, await addRunner(store));
    expect(await taskOf(store, id)).toMatchObject({ branch: `runner-1/task-${id}`, attempt: 2 });
    expect(await getAttempt(store.db, id, 2)).toMatchObject({ runnerNumber: 2 });
  });

  test('the coder that the task names, else the runner’s', async () => {
    const { store } = await openTestStore();
    const ids = [await addTask(store, { coder: 'quick' }), await addTask(store)];
    const runner = await addRunner(store);
    await claimAll(store, runner);
    const coders = await Promise.all(ids.map(async (id) => (await getAttempt(store.db, id, 1))?.coder));
    expect(coders).toEqual(['quick', 'default']);
  });
});

describe('where an attempt begins', () => {
  const NEWER = sha('9');

  async function secondAttempt(...events: readonly TaskEvent[]) {
    const { store } = await openTestStore();
    const id = await addTask(store);
    const runner = await addRunner(store);
    await claimNext(store, runner);
    for (const event of events) await apply(store, id, event);
    await claimNext(store, runner, { main: NEWER });
    return await getAttempt(store.db, id, 2);
  }

  test('at today’s main when nothing was made', async () => {
    expect(await secondAttempt(happens.interrupted)).toMatchObject({
      baseCommit: NEWER,
      attemptBaseCommit: NEWER,
      headCommit: NEWER,
    });
  });

  test('at the head of what was made', async () => {
    const rejected = happens.rejected(sha('a'));
    expect(await secondAttempt(happens.submitted(commit('a')), rejected)).toMatchObject({
      baseCommit: MAIN,
      attemptBaseCommit: sha('a'),
    });
  });

  test('where the replay is laid', async () => {
    const layout = { onto: NEWER, laid: sha('c'), head: sha('a'), conflict: null };
    const setback = happens.setback({
      setback: 'conflicted',
      layout,
      head: sha('a'),
      commits: [commit('a')],
    });
    expect(await secondAttempt(setback)).toMatchObject({ baseCommit: MAIN, attemptBaseCommit: sha('c') });
  });

  test('at today’s main when a person asks for a fresh one', async () => {
    const events = [happens.submitted(commit('a')), happens.cancelled, happens.retried(true)];
    expect(await secondAttempt(...events)).toMatchObject({ baseCommit: NEWER, attemptBaseCommit: NEWER });
  });

  test('at the head when a person only asks again', async () => {
    const events = [happens.submitted(commit('a')), happens.cancelled, happens.retried(false, 'try this')];
    expect(await secondAttempt(...events)).toMatchObject({ baseCommit: MAIN, attemptBaseCommit: sha('a') });
  });
});

describe('dependencies', () => {
  test('start only what waits for completed tasks', async () => {
    const { store } = await openTestStore();
    const first = await addTask(store, { title: 'first' });
    const second = await addTask(store, { title: 'second', priority: 9 });
    await store.write((trx) => addDependency(trx, second, first));
    const runner = await addRunner(store);
    expect(await claimAll(store, runner)).toEqual(['first']);
    await land(store, first);
    expect(await claimAll(store, runner)).toEqual(['second']);
  });

  test.each([
    ['skipped', happens.skipped],
    ['cancelled', happens.cancelled],
  ])('on a %s task hold', async (status, event) => {
    const { store } = await openTestStore();
    const first = await addTask(store, { title: 'first' });
    const second = await addTask(store, { title: 'second' });
    await store.write((trx) => addDependency(trx, second, first));
    await apply(store, first, event);
    expect((await taskOf(store, first)).status).toBe(status);
    expect(await claimAll(store, await addRunner(store))).toEqual([]);
  });

  test('on two tasks need both', async () => {
    const { store } = await openTestStore();
    const [a, b] = [await addTask(store, { title: 'a' }), await addTask(store, { title: 'b' })];
    const last = await addTask(store, { title: 'last' });
    await store.write(async (trx) => {
      await addDependency(trx, last, a);
      await addDependency(trx, last, b);
    });
    const runner = await addRunner(store);
    expect(await claimAll(store, runner)).toEqual(['a', 'b']);
    await land(store, b);
    expect(await claimAll(store, runner)).toEqual([]);
    await land(store, a);
    expect(await claimAll(store, runner)).toEqual(['last']);
  });
});

test('a task that failed waits for its time', async () => {
  const { store, pass } = await openTestStore();
  const id = await addTask(store, { title: 'again' });
  const runner = await addRunner(store);
  await claimNext(store, runner);
  await apply(store, id, happens.setback({ setback: 'failed' }), { backoffMs: 1_000 });
  pass(999);
  expect(await claimAll(store, runner)).toEqual([]);
  pass(1);
  expect(await claimAll(store, runner)).toEqual(['again']);
});

describe('a section', () => {
  test('takes as many runners as it says, and does not hold up the others', async () => {
    const { store } = await openTestStore();
    const sectionId = await addSection(store, { name: 'backend', maxRunners: 2 });
    for (const title of ['b1', 'b2', 'b3']) await addTask(store, { title, sectionId, priority: 1 });
    await addTask(store, { title: 'other' });
    expect(await claimAll(store, await addRunner(store))).toEqual(['b1', 'b2', 'other']);
  });

  test('has room again when one of its tasks is approved, given back or ended', async () => {
    const { store } = await openTestStore();
    const sectionId = await addSection(store);
    const ids = [];
    for (const title of ['a', 'b', 'c', 'd']) ids.push(await addTask(store, { title, sectionId }));
    const [a, b, c] = ids as [TaskId, TaskId, TaskId];
    const runner = await addRunner(store);
    const next = async () => titleOf(store, await claimNext(store, runner));

    expect([await next(), await next()]).toEqual(['a', undefined]);
    await apply(store, a, happens.submitted(commit('a')));
    expect(await next()).toBeUndefined();
    await apply(store, a, happens.approved(sha('a')));
    expect([await next(), await next()]).toEqual(['b', undefined]);
    await apply(store, b, happens.cancelled);
    expect([await next(), await next()]).toEqual(['c', undefined]);
    await apply(store, c, happens.setback({ setback: 'unchanged' }));
    expect([await next(), await next()]).toEqual(['c', undefined]);
  });

  test('has room again when nobody could judge its task', async () => {
    const { store } = await openTestStore();
    const sectionId = await addSection(store);
    const id = await addTask(store, { sectionId });
    await addTask(store, { title: 'next', sectionId });
    const runner = await addRunner(store);
    await claimNext(store, runner);
    await apply(store, id, happens.submitted(commit('a')));
    await apply(store, id, happens.unjudged, { limits: { ...NEVER, unjudged: 1, altered: 1 } });
    expect((await taskOf(store, id)).status).toBe('disputed');
    expect(await claimAll(store, runner)).toEqual(['next']);
  });

  test('that is skipped starts nothing', async () => {
    const { store } = await openTestStore();
    const sectionId = await addSection(store);
    await addTask(store, { title: 'in it', sectionId });
    await addTask(store, { title: 'beside it' });
    const runner = await addRunner(store);
    await store.write((trx) => updateSection(trx, sectionId, { skipped: true }));
    expect(await claimAll(store, runner)).toEqual(['beside it']);
    await store.write((trx) => updateSection(trx, sectionId, { skipped: false }));
    expect(await claimAll(store, runner)).toEqual(['in it']);
  });
});

describe('a runner of a section', () => {
  test('claims only there, and holds its place itself', async () => {
    const { store } = await openTestStore();
    const sectionId = await addSection(store);
    await addTask(store, { title: 'elsewhere', priority: 9 });
    for (const title of ['a', 'b']) await addTask(store, { title, sectionId });
    const bound = await addRunner(store, { sectionId });
    const free = await addRunner(store);
    expect(await claimAll(store, bound)).toEqual(['a', 'b']);
    expect(await claimAll(store, free)).toEqual(['elsewhere']);
  });

  test('keeps others out of the section’s only place, also while it rests', async () => {
    const { store } = await openTestStore();
    const sectionId = await addSection(store);
    await addTask(store, { title: 'in it', sectionId });
    await addRunner(store, { sectionId });
    expect(await claimAll(store, await addRunner(store))).toEqual([]);
  });

  test('of some sections claims in any of them', async () => {
    const { store } = await openTestStore();
    const ids = [];
    for (const name of ['a', 'b', 'c']) {
      const sectionId = await addSection(store, { name });
      ids.push(sectionId);
      await addTask(store, { title: name, sectionId });
    }
    await addTask(store, { title: 'none' });
    const runner = await addRunner(store);
    expect(await claimAll(store, runner, { claimant: claimantOf(runner, ids.slice(1)) })).toEqual(['b', 'c']);
  });
});

describe('an exclusive section', () => {
  async function withExclusive(priority = 0) {
    const opened = await openTestStore();
    const { store } = opened;
    const sectionId = await addSection(store, { name: 'migration', exclusive: true });
    const runner = await addRunner(store);
    const alone = async (title = 'alone') => addTask(store, { title, sectionId, priority });
    return { ...opened, sectionId, runner, alone };
  }

  test('starts nothing beside its task', async () => {
    const { store, runner, alone } = await withExclusive(9);
    const id = await alone();
    await alone('alone again');
    await addTask(store, { title: 'other' });
    expect(await claimAll(store, runner)).toEqual(['alone']);
    await apply(store, id, happens.submitted(commit('a')));
    await apply(store, id, happens.approved(sha('a')));
    expect(await claimAll(store, runner)).toEqual([]);
    await apply(store, id, happens.landed(sha('b')));
    expect(await claimAll(store, runner)).toEqual(['alone again']);
  });

  test.each([
    ['interrupted', [happens.interrupted]],
    ['cancelled', [happens.cancelled]],
    ['failed for the last time', [happens.setback({ setback: 'failed' })]],
    ['rejected for the last time', [happens.submitted(commit('a')), happens.rejected(sha('a'))]],
    ['not judged for the last time', [happens.submitted(commit('a')), happens.unjudged]],
    [
      'taken out of the queue',
      [happens.submitted(commit('a')), happens.approved(sha('a')), happens.dequeued],
    ],
  ])('excludes nothing once its task was %s', async (_, events) => {
    const { store, runner, alone } = await withExclusive(9);
    const id = await alone();
    await claimNext(store, runner);
    for (const event of events) await apply(store, id, event, { limits: ONCE });
    expect(await listClaims(store.db)).toEqual([]);
  });

  test('waits for what runs and keeps everything else from starting', async () => {
    const { store, runner, alone } = await withExclusive();
    const running = await addTask(store, { title: 'running' });
    await claimNext(store, runner);
    await alone();
    await addTask(store, { title: 'later' });
    const section = await addSection(store, { name: 'docs' });
    await addTask(store, { title: 'docs', sectionId: section });
    const bound = await addRunner(store, { sectionId: section });

    expect(await claimAll(store, runner)).toEqual([]);
    // It is not the first for this runner, and still may not overtake the one that waits.
    expect(await claimAll(store, bound)).toEqual([]);
    await apply(store, running, happens.cancelled);
    expect(await claimAll(store, bound)).toEqual([]);
    expect(await claimAll(store, runner)).toEqual(['alone']);
  });

  async function waitingForReview() {
    const opened = await withExclusive();
    const { store, runner, alone, pass } = opened;
    const running = await addTask(store, { title: 'running' });
    await claimNext(store, runner);
    pass(1);
    await alone();
    await addTask(store, { title: 'later' });
    await apply(store, running, happens.submitted(commit('a')));
    return { ...opened, running };
  }

  test('waits for an agent’s review, and keeps everything else from starting meanwhile', async () => {
    const { store, runner, running } = await waitingForReview();
    expect(await claimNext(store, runner, { reviews: true })).toMatchObject({
      taskId: running,
      kind: 'review',
    });
    expect(await claimAll(store, runner, { reviews: true })).toEqual([]);
    await apply(store, running, happens.approved(sha('a')));
    expect(await claimAll(store, runner, { reviews: true })).toEqual([]);
    await apply(store, running, happens.landed(sha('b')));
    expect(await claimAll(store, runner, { reviews: true })).toEqual(['alone']);
  });

  test('waits for a person’s review too, but holds up nobody for so long', async () => {
    const { store, runner, running } = await waitingForReview();
    expect(await claimAll(store, runner)).toEqual(['later']);
    await addTask(store, { title: 'last' });
    // The person has spoken: from now on it holds up the others again.
    await apply(store, running, happens.approved(sha('a')));
    expect(await claimAll(store, runner)).toEqual([]);
  });

  test.each([true, false])(
    'and for a task that a person has taken over (agents review: %s)',
    async (reviews) => {
      const { store, runner, alone, pass } = await withExclusive();
      const taken = await addTask(store, { title: 'taken' });
      await claimNext(store, runner);
      pass(1);
      await alone();
      await addTask(store, { title: 'later' });
      await apply(store, taken, happens.tookOver);
      expect(await claimAll(store, runner, { reviews })).toEqual(['later']);
      // It was there before; what passed it by is not waited for.
      await apply(store, taken, happens.cancelled);
      expect(await claimAll(store, runner, { reviews })).toEqual([]);
    },
  );

  test('is not passed by for ever where one review by a person follows the other', async () => {
    const { store, runner, running, pass } = await waitingForReview();
    const begun: (string | undefined)[] = [];
    let reviewed = running;
    // Each is submitted before the one ahead of it is approved: there is always one that waits for the person.
    for (let round = 0; round < 5; round++) {
      pass(1);
      await addTask(store, { title: `task ${round}` });
      const claimed = await claimNext(store, runner);
      begun.push(await titleOf(store, claimed));
      if (claimed) await apply(store, claimed.taskId, happens.submitted(commit('a')));
      if ((await taskOf(store, reviewed)).status === 'review') {
        await apply(store, reviewed, happens.approved(sha('a')));
        await apply(store, reviewed, happens.landed(sha('b')));
      }
      if (claimed) reviewed = claimed.taskId;
    }
    // Who was there before it may keep it waiting; who passed it by may not.
    expect(begun.slice(0, 3)).toEqual(['later', undefined, 'alone']);
  });

  test('is passed by again and again while the same review keeps it waiting', async () => {
    const { store, runner, pass } = await waitingForReview();
    expect(await claimAll(store, runner)).toEqual(['later']);
    for (const title of ['one', 'two']) {
      pass(10_000);
      await addTask(store, { title });
      expect(await claimAll(store, runner)).toEqual([title]);
    }
  });

  test('keeps others waiting only as long as its runner asks again', async () => {
    const { store, runner, alone, pass, sectionId } = await withExclusive();
    await addTask(store, { title: 'running' });
    await claimNext(store, runner);
    await alone();
    await addTask(store, { title: 'later' });
    const docs = await addSection(store, { name: 'docs' });
    await addTask(store, { title: 'docs', sectionId: docs });
    const bound = await addRunner(store, { sectionId: docs });

    await claimNext(store, runner);
    pass(2_000);
    await claimNext(store, runner);
    pass(2_499);
    expect(await claimAll(store, bound)).toEqual([]);
    pass(1);
    expect(await claimAll(store, bound)).toEqual(['docs']);
    // The section is skipped now: nobody waits for it any more.
    await store.write((trx) => updateSection(trx, sectionId, { skipped: true }));
    expect(await claimAll(store, runner)).toEqual(['later']);
  });

  test('stops keeping others waiting when its task is cancelled', async () => {
    const { store, runner, alone } = await withExclusive();
    await addTask(store, { title: 'running' });
    await claimNext(store, runner);
    const id = await alone();
    await addTask(store, { title: 'later' });
    expect(await claimAll(store, runner)).toEqual([]);
    await apply(store, id, happens.cancelled);
    expect(await claimAll(store, runner)).toEqual(['later']);
  });

  describe.each([
    ['is approved out of dispute', happens.approved(sha('a'))],
    ['has a new head and is to be looked at again', happens.headMoved(commit('c'))],
  ])('whose task %s', (_, comesBack) => {
    async function disputed() {
      const opened = await withExclusive(9);
      const { store, runner, alone } = opened;
      const id = await alone();
      await claimNext(store, runner);
      await apply(store, id, happens.submitted(commit('a')));
      await apply(store, id, happens.approved(sha('a')));
      await apply(store, id, happens.dequeued);
      return { ...opened, id };
    }

    test('starts nothing until that has landed', async () => {
      const { store, runner, id } = await disputed();
      await addTask(store, { title: 'other' });
      await apply(store, id, comesBack);
      expect(await claimAll(store, runner)).toEqual([]);
      if (comesBack.kind === 'headMoved') await apply(store, id, happens.approved(sha('c')));
      expect(await claimAll(store, runner)).toEqual([]);
      await apply(store, id, happens.landed(sha('b')));
      expect(await claimAll(store, runner)).toEqual(['other']);
    });

    test('lets what has begun meanwhile go on, and nothing new begin', async () => {
      const { store, runner, id } = await disputed();
      const begun = await addTask(store, { title: 'begun' });
      expect(await claimAll(store, runner)).toEqual(['begun']);
      await apply(store, id, comesBack);
      await addTask(store, { title: 'other' });
      expect(await claimAll(store, runner)).toEqual([]);
      await land(store, begun);
      expect(await claimAll(store, runner)).toEqual([]);
    });
  });

  test('waits also for a task that a person has approved out of dispute', async () => {
    const { store, runner, alone } = await withExclusive();
    const other = await addTask(store, { title: 'other' });
    await claimNext(store, runner);
    await apply(store, other, happens.submitted(commit('a')));
    await apply(store, other, happens.approved(sha('a')));
    await apply(store, other, happens.dequeued);
    await apply(store, other, happens.approved(sha('a')));
    await alone();
    expect(await claimAll(store, runner)).toEqual([]);
    await apply(store, other, happens.landed(sha('b')));
    expect(await claimAll(store, runner)).toEqual(['alone']);
  });

  test('lets a more urgent task go first', async () => {
    const { store, runner, alone } = await withExclusive();
    await alone();
    await addTask(store, { title: 'urgent', priority: 9 });
    expect(await claimAll(store, runner)).toEqual(['urgent']);
  });
});

describe('a review that nobody does', () => {
  async function inReview() {
    const opened = await openTestStore();
    const { store } = opened;
    const sectionId = await addSection(store);
    const id = await addTask(store, { sectionId });
    const coder = await addRunner(store);
    const claimed = await claimNext(store, coder);
    await apply(store, id, happens.submitted(commit('a')), { stepId: claimed?.stepId ?? 0 });
    return { ...opened, id, sectionId, runner: await addRunner(store) };
  }

  test('is claimed before new work', async () => {
    const { store, id, runner } = await inReview();
    await addTask(store, { priority: 9 });
    expect(await claimNext(store, runner, { reviews: true })).toEqual({
      taskId: id,
      stepId: expect.any(Number),
      kind: 'review',
    });
    expect((await taskOf(store, id)).status).toBe('review');
  });

  test('is claimed by one', async () => {
    const { store, runner } = await inReview();
    const claimed = await claimNext(store, runner, { reviews: true });
    expect(await claimNext(store, runner, { reviews: true })).toBeUndefined();
    await store.write((trx) => closeStep(store, trx, claimed?.stepId ?? 0, 'abandoned', null));
    expect(await claimNext(store, runner, { reviews: true })).toMatchObject({ kind: 'review' });
  });

  test('is left to persons where they review', async () => {
    const { store, runner } = await inReview();
    expect(await claimNext(store, runner, { reviews: false })).toBeUndefined();
  });

  test('waits for its time', async () => {
    const { store, id, runner, pass } = await inReview();
    await apply(store, id, happens.unjudged, { backoffMs: 500 });
    expect(await claimNext(store, runner, { reviews: true })).toBeUndefined();
    pass(500);
    expect(await claimNext(store, runner, { reviews: true })).toMatchObject({ kind: 'review' });
  });

  test('of a branch that moved after its approval takes a place in its section again', async () => {
    const { store, id, sectionId, runner } = await inReview();
    await apply(store, id, happens.approved(sha('a')));
    await apply(store, id, happens.headMoved(commit('c')));
    await addTask(store, { title: 'next', sectionId });
    expect(await claimNext(store, runner, { reviews: true })).toMatchObject({ kind: 'review' });
    expect(await claimAll(store, runner)).toEqual([]);
    await apply(store, id, happens.approved(sha('c')));
    expect(await claimAll(store, runner)).toEqual(['next']);
  });

  test('is not for the runner of another section', async () => {
    const { store, runner } = await inReview();
    const other = await addSection(store, { name: 'other' });
    const bound = await addRunner(store, { sectionId: other });
    expect(await claimNext(store, bound, { reviews: true })).toBeUndefined();
    const scoped = { claimant: claimantOf(runner, [other]), reviews: true };
    expect(await claimNext(store, runner, scoped)).toBeUndefined();
  });
});

const ONCE = {
  rejected: 1,
  conflicted: 1,
  unresolved: 1,
  broken: 1,
  unchanged: 1,
  failed: 1,
  unjudged: 1,
  altered: 1,
};
const NEVER = {
  rejected: 100,
  conflicted: 100,
  unresolved: 100,
  broken: 100,
  unchanged: 100,
  failed: 100,
  unjudged: 100,
  altered: 100,
};
