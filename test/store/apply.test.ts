import { describe, expect, test } from 'vitest';
import type { Applying } from '../../src/store/apply.ts';
import { getAttempt, listAttempts } from '../../src/store/attempts.ts';
import { listClaims } from '../../src/store/claims.ts';
import { listCommits, listRejections } from '../../src/store/commits.ts';
import { listEntries } from '../../src/store/entries.ts';
import { listEvents } from '../../src/store/events.ts';
import type { Store } from '../../src/store/open.ts';
import { closeStep, listOpenSteps, listStranded, openStep } from '../../src/store/steps.ts';
import { isTakenOver } from '../../src/store/takeovers.ts';
import type { TaskEvent } from '../../src/task/event.ts';
import type { TaskId } from '../../src/task/ids.ts';
import {
  addRunner,
  addSection,
  addTask,
  apply,
  claimNext,
  commit,
  happens,
  LIMITS,
  MAIN,
  NOON,
  openTestStore,
  sha,
  taskOf,
} from '../support/store.ts';

/** A claimed task of a section, to which the events have happened. */
async function afterEvents(...events: readonly TaskEvent[]) {
  const opened = await openTestStore();
  const { store } = opened;
  const sectionId = await addSection(store, { name: 'backend' });
  const id = await addTask(store, { title: 'A task', sectionId, priority: 4 });
  const runner = await addRunner(store);
  const claimed = await claimNext(store, runner);
  for (const event of events) {
    expect(await apply(store, id, event, { target: 'main' })).toMatchObject({ kind: 'applied' });
  }
  return { ...opened, id, runner, sectionId, stepId: claimed?.stepId ?? 0 };
}

const submitted = happens.submitted(commit('a'), commit('b'));
const approved = happens.approved(sha('b'));

/** All that an event could have written about a task. */
async function everything(store: Store, id: TaskId) {
  return {
    task: await taskOf(store, id),
    attempts: await listAttempts(store.db, id),
    commits: await listCommits(store.db, id),
    rejections: await listRejections(store.db, id),
    entries: await listEntries(store.db, { all: true }),
    steps: await store.db.selectFrom('steps').selectAll().execute(),
    claims: await listClaims(store.db),
    events: await listEvents(store.db),
  };
}

const statusesOf = async (store: Store, id: TaskId) =>
  Object.fromEntries((await listCommits(store.db, id)).map((one) => [one.hash[0], one.status]));
const claimedResources = async (store: Store) => (await listClaims(store.db)).map((claim) => claim.resource);

describe('submitted', () => {
  test('registers the commits and ends the attempt', async () => {
    const { store, id, sectionId } = await afterEvents(submitted);
    expect(await taskOf(store, id)).toMatchObject({ status: 'review', latestCommit: sha('b'), reason: null });
    expect(await getAttempt(store.db, id, 1)).toMatchObject({
      outcome: 'submitted',
      headCommit: sha('b'),
      endedAt: NOON,
    });
    expect(await statusesOf(store, id)).toEqual({ a: 'pending', b: 'pending' });
    expect(await claimedResources(store)).toEqual(
      expect.arrayContaining(['project', `section:${sectionId}`]),
    );
  });
});

describe('approved', () => {
  test('pins the commit, enqueues exactly it and gives the section’s place back', async () => {
    const { store, id } = await afterEvents(submitted, approved);
    expect(await taskOf(store, id)).toMatchObject({ status: 'queued', approvedCommit: sha('b') });
    expect(await listEntries(store.db)).toMatchObject([
      {
        taskId: id,
        head: sha('b'),
        target: 'main',
        branch: `runner-1/task-${id}`,
        title: 'A task',
        priority: 4,
        status: 'waiting',
        rounds: 0,
      },
    ]);
    expect(await statusesOf(store, id)).toEqual({ a: 'approved', b: 'approved' });
    expect(await claimedResources(store)).toEqual(['project']);
  });

  test('approves what was rejected before and is answered now; the rejection stays on record', async () => {
    const { store, id, runner } = await afterEvents(submitted, happens.rejected(sha('b')));
    await claimNext(store, runner);
    await apply(store, id, happens.submitted(commit('a'), commit('b'), commit('c')));
    await apply(store, id, happens.approved(sha('c')));
    expect(await statusesOf(store, id)).toEqual({ a: 'approved', b: 'approved', c: 'approved' });
    expect(await listRejections(store.db, id)).toHaveLength(1);
    expect((await listCommits(store.db, id)).map((one) => one.rejectionReason)).toEqual([
      'no tests',
      'no tests',
      null,
    ]);
  });

  test('ends a review that is under way', async () => {
    const { store, id, runner } = await afterEvents(submitted);
    await store.write((trx) => openStep(store, trx, { taskId: id, kind: 'review', runnerId: runner.id }));
    await apply(store, id, approved);
    expect((await listOpenSteps(store.db, { taskId: id })).filter((step) => step.kind === 'review')).toEqual(
      [],
    );
  });
});

describe('rejected', () => {
  test('sends the task back with the reviewer’s words, and keeps the branch’s head', async () => {
    const { store, id } = await afterEvents(submitted, happens.rejected(sha('b'), 'no tests'));
    expect(await taskOf(store, id)).toMatchObject({
      status: 'pending',
      reason: 'no tests',
      latestCommit: sha('b'),
      approvedCommit: null,
    });
    expect(await getAttempt(store.db, id, 1)).toMatchObject({
      outcome: 'rejected',
      feedback: { kind: 'rejected', text: 'no tests' },
    });
    expect(await listRejections(store.db, id)).toMatchObject([
      {
        attempt: 1,
        reason: 'no tests',
        reviewer: 'strict',
        commit: sha('b'),
        commits: [sha('a'), sha('b')],
        at: NOON,
      },
    ]);
    expect(await statusesOf(store, id)).toEqual({ a: 'rejected', b: 'rejected' });
    expect(await claimedResources(store)).toEqual([]);
  });

  test('keeps what each reviewer found, and tells the next coder', async () => {
    const finding = { file: 'a.ts', line: 3, severity: 'major', message: 'never ends' } as const;
    const opinion = { reviewer: 'strict', decision: 'reject', reason: 'no', findings: [finding] } as const;
    const rejected = { kind: 'rejected', reviewer: 'strict', commit: sha('b'), reason: 'no' } as const;
    const { store, id } = await afterEvents(submitted, { ...rejected, opinions: [opinion] });
    expect(await listRejections(store.db, id)).toMatchObject([{ opinions: [opinion], findings: [finding] }]);
    expect(await getAttempt(store.db, id, 1)).toMatchObject({
      feedback: { kind: 'rejected', text: 'no\n\n- a.ts:3 major: never ends' },
    });
  });

  test('by a person ends the review that an agent has under way', async () => {
    const { store, id, runner } = await afterEvents(submitted);
    const review = { taskId: id, kind: 'review', runnerId: runner.id } as const;
    const stepId = await store.write((trx) => openStep(store, trx, review));
    await apply(store, id, happens.rejected(sha('b')));
    expect(await listOpenSteps(store.db)).toEqual([]);
    await claimNext(store, runner);
    await apply(store, id, submitted);
    expect(await apply(store, id, approved, { stepId })).toEqual({ kind: 'stale' });
  });

  test('the second time rejects only what is new', async () => {
    const { store, id, runner } = await afterEvents(submitted, happens.rejected(sha('b'), 'first'));
    await claimNext(store, runner);
    await apply(store, id, happens.submitted(commit('a'), commit('b'), commit('c')));
    await apply(store, id, happens.rejected(sha('c'), 'second'));
    expect((await listRejections(store.db, id)).map((one) => one.commits)).toEqual([
      [sha('a'), sha('b')],
      [sha('c')],
    ]);
    expect((await listCommits(store.db, id)).map((one) => one.rejectionReason)).toEqual([
      'first',
      'first',
      'second',
    ]);
  });
});

test('a rejected head takes back what was approved before', async () => {
  const moved = happens.headMoved(commit('a'), commit('c'));
  const { store, id } = await afterEvents(submitted, approved, moved, happens.rejected(sha('c')));
  expect(await statusesOf(store, id)).toEqual({ a: 'rejected', b: 'superseded', c: 'rejected' });
  expect(await listRejections(store.db, id)).toMatchObject([{ commits: [sha('a'), sha('c')] }]);
});

describe('a setback', () => {
  const layout = { onto: sha('9'), laid: sha('8'), head: sha('b'), conflict: null };
  const conflicted = happens.setback({
    setback: 'conflicted',
    reason: 'conflict in a.ts',
    feedback: 'all about it',
    layout,
    head: sha('b'),
    commits: [commit('a'), commit('b')],
  });

  test('ends the entry and the approval, keeps the layout and what the next coder is told', async () => {
    const { store, id } = await afterEvents(submitted, approved, conflicted);
    expect(await taskOf(store, id)).toMatchObject({
      status: 'pending',
      reason: 'conflict in a.ts',
      approvedCommit: null,
      latestCommit: sha('b'),
    });
    expect(await getAttempt(store.db, id, 1)).toMatchObject({
      outcome: 'conflicted',
      layout,
      feedback: { kind: 'conflicted', text: 'all about it' },
    });
    expect(await listEntries(store.db, { all: true })).toMatchObject([
      { status: 'conflicted', reason: 'conflict in a.ts' },
    ]);
    expect(await claimedResources(store)).toEqual([]);
    expect(await listOpenSteps(store.db, { taskId: id })).toEqual([]);
  });

  test('of the verification breaks the entry', async () => {
    const broken = happens.setback({ setback: 'broken', reason: 'npm test exited with 1' });
    const { store, id } = await afterEvents(submitted, approved, broken);
    expect(await listEntries(store.db, { all: true })).toMatchObject([{ status: 'broken' }]);
    // Nobody looked at the branch: it is where it was.
    expect(await taskOf(store, id)).toMatchObject({ latestCommit: sha('b') });
    expect(await statusesOf(store, id)).toEqual({ a: 'approved', b: 'approved' });
  });

  test('of the coder makes the task wait, unless a person is asked', async () => {
    const { store, id } = await afterEvents();
    const backoff: Partial<Applying> = { backoffMs: 4_000, limits: { ...LIMITS, failed: 2 } };
    await apply(store, id, happens.setback(), backoff);
    expect(await taskOf(store, id)).toMatchObject({ status: 'pending', notBefore: NOON + 4_000 });
    const again = await afterEvents();
    await apply(again.store, again.id, happens.setback(), { ...backoff, limits: { ...LIMITS, failed: 1 } });
    expect(await taskOf(again.store, again.id)).toMatchObject({ status: 'failed', notBefore: null });
  });

  test('that is the coder’s to answer is answered at once', async () => {
    const { store, id } = await afterEvents();
    await apply(store, id, happens.setback({ setback: 'unchanged' }), { backoffMs: 4_000 });
    expect(await taskOf(store, id)).toMatchObject({ status: 'pending', notBefore: null });
  });
});

describe('interrupted', () => {
  test('gives everything back and uses up no attempt of any kind', async () => {
    const { store, id, runner } = await afterEvents();
    for (let round = 1; round <= 5; round++) {
      await apply(store, id, happens.interrupted, { limits: { ...LIMITS, failed: 1 } });
      expect(await taskOf(store, id)).toMatchObject({ status: 'pending', attempt: round });
      expect(await claimedResources(store)).toEqual([]);
      await claimNext(store, runner);
    }
    expect(await getAttempt(store.db, id, 5)).toMatchObject({
      outcome: 'interrupted',
      feedback: { kind: 'interrupted', text: 'stopped' },
    });
  });
});

describe('unjudged', () => {
  test('leaves the task in review with its place, to be asked again later', async () => {
    const { store, id, sectionId } = await afterEvents(submitted);
    await apply(store, id, happens.unjudged, { backoffMs: 2_000 });
    expect(await taskOf(store, id)).toMatchObject({ status: 'review', notBefore: NOON + 2_000 });
    expect(await claimedResources(store)).toEqual(expect.arrayContaining([`section:${sectionId}`]));
    expect(await getAttempt(store.db, id, 1)).toMatchObject({ outcome: 'submitted' });
  });

  async function failToJudge(store: Store, id: TaskId, runnerId: string) {
    const stepId = await store.write((trx) => openStep(store, trx, { taskId: id, kind: 'review', runnerId }));
    return await apply(store, id, happens.unjudged, { stepId });
  }

  test('too often asks a person, and holds nothing any more', async () => {
    const { store, id, runner } = await afterEvents(submitted);
    const statuses = [];
    for (let round = 0; round < LIMITS.unjudged; round++) {
      statuses.push(await failToJudge(store, id, runner.id));
    }
    expect(statuses.map((applied) => applied.kind === 'applied' && applied.status)).toEqual([
      'review',
      'review',
      'disputed',
    ]);
    expect(await claimedResources(store)).toEqual([]);
  });

  test('is not forgotten for a verdict in between', async () => {
    const { store, id, runner } = await afterEvents(submitted);
    await failToJudge(store, id, runner.id);
    await failToJudge(store, id, runner.id);
    await apply(store, id, happens.rejected(sha('b')));
    await claimNext(store, runner);
    await apply(store, id, submitted);
    expect(await failToJudge(store, id, runner.id)).toEqual({ kind: 'applied', status: 'disputed' });
  });
});

describe('the branch moves after the approval', () => {
  test('which voids it', async () => {
    const moved = happens.headMoved(commit('a'), commit('c'));
    const { store, id } = await afterEvents(submitted, approved, moved);
    expect(await taskOf(store, id)).toMatchObject({
      status: 'review',
      approvedCommit: null,
      latestCommit: sha('c'),
    });
    expect(await listEntries(store.db, { all: true })).toMatchObject([
      { status: 'cancelled', reason: 'the branch has moved since the approval' },
    ]);
    expect(await statusesOf(store, id)).toEqual({ a: 'approved', b: 'superseded', c: 'pending' });
    expect(await getAttempt(store.db, id, 1)).toMatchObject({ headCommit: sha('c'), outcome: 'submitted' });
  });
});

describe('landed', () => {
  test('completes the task and says as what each commit landed', async () => {
    const landedAs = new Map([
      [sha('a'), sha('d')],
      [sha('b'), sha('e')],
    ]);
    const { store, id } = await afterEvents(submitted, approved, happens.landed(sha('e'), landedAs));
    expect(await taskOf(store, id)).toMatchObject({
      status: 'completed',
      landedCommit: sha('e'),
      approvedCommit: sha('b'),
    });
    expect((await listCommits(store.db, id)).map((one) => one.landedCommit)).toEqual([sha('d'), sha('e')]);
    expect(await getAttempt(store.db, id, 1)).toMatchObject({ outcome: 'landed' });
    expect(await listEntries(store.db, { all: true })).toMatchObject([{ status: 'landed' }]);
    expect(await claimedResources(store)).toEqual([]);
  });

  test('happens once', async () => {
    const { store, id } = await afterEvents(submitted, approved, happens.landed(sha('e')));
    const before = await everything(store, id);
    expect(await apply(store, id, happens.landed(sha('f')))).toEqual({
      kind: 'refused',
      status: 'completed',
    });
    expect(await everything(store, id)).toEqual(before);
  });
});

describe('a person', () => {
  test('takes the task out of the queue', async () => {
    const { store, id } = await afterEvents(submitted, approved, happens.dequeued);
    expect(await taskOf(store, id)).toMatchObject({
      status: 'disputed',
      approvedCommit: null,
      reason: 'taken out',
    });
    expect(await listEntries(store.db, { all: true })).toMatchObject([
      { status: 'cancelled', reason: 'taken out' },
    ]);
    expect(await claimedResources(store)).toEqual([]);
  });

  test('cancels it while it is coded: the step ends, and what it held is given back', async () => {
    const { store, id, stepId } = await afterEvents(happens.cancelled);
    expect(await taskOf(store, id)).toMatchObject({ status: 'cancelled', reason: 'not wanted' });
    expect(await getAttempt(store.db, id, 1)).toMatchObject({ outcome: 'abandoned', endedAt: NOON });
    expect(await listOpenSteps(store.db)).toEqual([]);
    expect(await claimedResources(store)).toEqual([]);
    expect(await apply(store, id, submitted, { stepId })).toEqual({ kind: 'refused', status: 'cancelled' });
  });

  test('cancels it in the queue: its candidate will not land', async () => {
    const { store, id } = await afterEvents(submitted, approved, happens.cancelled);
    expect(await listEntries(store.db)).toEqual([]);
    expect(await apply(store, id, happens.landed(sha('e')))).toEqual({
      kind: 'refused',
      status: 'cancelled',
    });
    expect(await getAttempt(store.db, id, 1)).toMatchObject({ outcome: 'submitted', headCommit: sha('b') });
  });

  test('retries it with a note, which the next coder reads', async () => {
    const { store, id } = await afterEvents(
      submitted,
      happens.cancelled,
      happens.retried(false, 'use the other one'),
    );
    expect(await taskOf(store, id)).toMatchObject({ status: 'pending', approvedCommit: null });
    expect(await getAttempt(store.db, id, 1)).toMatchObject({
      outcome: 'submitted',
      feedback: { kind: 'note', text: 'use the other one' },
    });
  });

  test('retries it without a note, and the feedback stays', async () => {
    const { store, id } = await afterEvents(
      submitted,
      happens.rejected(sha('b'), 'no tests'),
      happens.retried(),
    );
    expect(await getAttempt(store.db, id, 1)).toMatchObject({
      outcome: 'rejected',
      feedback: { kind: 'rejected', text: 'no tests' },
    });
  });
});

describe('a takeover', () => {
  test('ends the coder’s step, gives back the section’s place, and is an attempt of its own', async () => {
    const { store, id, stepId } = await afterEvents();
    expect(await apply(store, id, happens.tookOver)).toMatchObject({
      kind: 'applied',
      status: 'in_progress',
    });
    // What its coder says now comes too late.
    expect(await apply(store, id, submitted, { stepId })).toEqual({ kind: 'stale' });
    expect(await listOpenSteps(store.db)).toEqual([]);
    expect((await listClaims(store.db)).map(({ resource }) => resource)).toEqual(['project']);
    expect(await listStranded(store.db)).toEqual([]);
    const { attempts, task } = await everything(store, id);
    expect(attempts).toMatchObject([
      { number: 1, outcome: 'interrupted' },
      { number: 2, outcome: 'coding', runnerNumber: 0, coder: 'Ada <ada@example.org>' },
    ]);
    expect(task).toMatchObject({
      branch: 'runner-1/task-id000001',
      takenOver: { person: 'Ada <ada@example.org>', since: NOON, path: null, opening: '{}' },
    });
  });

  test('takes it out of the queue, and counts all bounds anew', async () => {
    const { store, id } = await afterEvents(submitted, happens.rejected(sha('b')));
    await claimNext(store, await addRunner(store));
    await apply(store, id, submitted);
    await apply(store, id, approved, { target: 'main' });
    await apply(store, id, happens.tookOver);
    expect(await listEntries(store.db)).toEqual([]);
    await apply(store, id, submitted);
    expect(
      await apply(store, id, happens.rejected(sha('b')), { limits: { ...LIMITS, rejected: 2 } }),
    ).toMatchObject({
      status: 'pending',
    });
  });

  test.each([
    ['handed back', happens.handedBack(sha('b'), 'so')],
    ['submitted', submitted],
    ['cancelled', happens.cancelled],
    ['in conflict', happens.setback({ setback: 'conflicted' })],
  ])('is over when it is %s', async (_, event) => {
    const { store, id } = await afterEvents(happens.tookOver, event);
    expect(await taskOf(store, id)).toMatchObject({ takenOver: null });
    expect(await isTakenOver(store.db, id)).toBe(false);
  });

  test('once handed back to its coder it goes on from the person’s head, with the note', async () => {
    const { store, id } = await afterEvents(happens.tookOver, happens.handedBack(sha('b'), 'so'));
    await claimNext(store, await addRunner(store));
    const [, second, third] = await listAttempts(store.db, id);
    expect(second).toMatchObject({ outcome: 'interrupted', feedback: { kind: 'note', text: 'so' } });
    expect(third).toMatchObject({ attemptBaseCommit: sha('b') });
  });
});

test('a note is added to what the attempt met with', async () => {
  const { store, id } = await afterEvents(
    submitted,
    happens.rejected(sha('b')),
    happens.retried(false, 'so'),
  );
  expect((await getAttempt(store.db, id, 1))?.feedback).toEqual({
    kind: 'note',
    text: 'so',
    before: { kind: 'rejected', text: 'no tests' },
  });
});

describe('bounds', () => {
  async function codeAndReject(store: Store, id: TaskId, runner: Parameters<typeof claimNext>[1]) {
    await claimNext(store, runner);
    await apply(store, id, submitted);
    const applied = await apply(store, id, happens.rejected(sha('b')));
    return applied.kind === 'applied' ? applied.status : applied.kind;
  }
  async function codeAndFail(store: Store, id: TaskId, runner: Parameters<typeof claimNext>[1]) {
    await claimNext(store, runner);
    const applied = await apply(store, id, happens.setback());
    return applied.kind === 'applied' ? applied.status : applied.kind;
  }

  test('are counted each for itself, and nothing in between resets them', async () => {
    const { store, id, runner } = await afterEvents(happens.interrupted);
    const statuses = [];
    for (const round of [codeAndReject, codeAndFail, codeAndReject, codeAndFail, codeAndReject]) {
      statuses.push(await round(store, id, runner));
    }
    expect(statuses).toEqual(['pending', 'pending', 'pending', 'pending', 'disputed']);
    expect(await taskOf(store, id)).toMatchObject({ reason: 'no tests (3 of 3: the bound is reached)' });
  });

  test('count a rejection also when its attempt went on and met with something else', async () => {
    const { store, id, runner } = await afterEvents(submitted);
    const limits = { ...LIMITS, rejected: 1 };
    await apply(store, id, happens.rejected(sha('b')), { limits });
    await apply(store, id, approved);
    await apply(store, id, happens.setback({ setback: 'conflicted' }));
    await claimNext(store, runner);
    await apply(store, id, submitted);
    await apply(store, id, happens.rejected(sha('b')), { limits: { ...LIMITS, rejected: 2 } });
    expect(await taskOf(store, id)).toMatchObject({
      status: 'disputed',
      reason: 'no tests (2 of 2: the bound is reached)',
    });
  });

  test('begin again when a person retries', async () => {
    const { store, id, runner } = await afterEvents(happens.interrupted);
    const rejectThrice = async () => {
      const statuses = [];
      for (let round = 0; round < 3; round++) statuses.push(await codeAndReject(store, id, runner));
      return statuses;
    };
    expect(await rejectThrice()).toEqual(['pending', 'pending', 'disputed']);
    await apply(store, id, happens.retried());
    expect(await rejectThrice()).toEqual(['pending', 'pending', 'disputed']);
  });
});

describe('an event that comes too late writes nothing', () => {
  test('because its step was ended by somebody else', async () => {
    const { store, id, stepId } = await afterEvents();
    await store.write((trx) => closeStep(store, trx, stepId, 'interrupted', null));
    const before = await everything(store, id);
    expect(await apply(store, id, submitted, { stepId })).toEqual({ kind: 'stale' });
    expect(await everything(store, id)).toEqual(before);
  });

  test('because its step ended a first time', async () => {
    const { store, id, runner, stepId } = await afterEvents();
    await apply(store, id, happens.interrupted, { stepId });
    await claimNext(store, runner);
    const before = await everything(store, id);
    expect(await apply(store, id, submitted, { stepId })).toEqual({ kind: 'stale' });
    expect(await everything(store, id)).toEqual(before);
  });

  test('because the task has changed since it was decided', async () => {
    const { store, id } = await afterEvents(submitted);
    const { version } = await taskOf(store, id);
    const before = await everything(store, id);
    expect(await apply(store, id, approved, { version: version - 1 })).toEqual({ kind: 'stale' });
    expect(await everything(store, id)).toEqual(before);
    expect(await apply(store, id, approved, { version })).toMatchObject({ kind: 'applied' });
    expect(await taskOf(store, id)).toMatchObject({ version: version + 1 });
  });

  test('because it cannot happen to such a task', async () => {
    const { store, id } = await afterEvents();
    const before = await everything(store, id);
    expect(await apply(store, id, approved)).toEqual({ kind: 'refused', status: 'in_progress' });
    expect(await everything(store, id)).toEqual(before);
  });

  test('because there is no such task', async () => {
    const { store } = await openTestStore();
    expect(await apply(store, 'nothing0' as TaskId, happens.cancelled)).toEqual({ kind: 'stale' });
  });
});

describe('whatever happens to one task leaves every other as it was', () => {
  /** What is written about a task and nobody else. */
  async function about(store: Store, id: TaskId) {
    const { entries, steps, claims, events, ...rest } = await everything(store, id);
    return {
      ...rest,
      entries: entries.filter((entry) => entry.taskId === id),
      steps: steps.filter((step) => step.task_id === id),
      claims: claims.filter((claim) => claim.holder === `task:${id}`),
      events: events.filter((event) => event.taskId === id),
    };
  }

  test.each([
    ['interrupted', [], happens.interrupted],
    ['cancelled while it is coded', [], happens.cancelled],
    ['failed', [], happens.setback({ head: sha('a'), commits: [commit('a')] })],
    ['rejected', [submitted], happens.rejected(sha('b'))],
    ['in conflict', [submitted, approved], happens.setback({ setback: 'conflicted', head: sha('b') })],
    ['broken', [submitted, approved], happens.setback({ setback: 'broken' })],
    ['moved', [submitted, approved], happens.headMoved(commit('c'))],
    ['landed', [submitted, approved], happens.landed(sha('e'), new Map([[sha('a'), sha('e')]]))],
    ['cancelled in the queue', [submitted, approved], happens.cancelled],
  ] as const)('%s', async (_, before, event) => {
    const { store, id } = await afterEvents(...before);
    const other = await addTask(store, { title: 'Another' });
    await claimNext(store, await addRunner(store));
    for (const earlier of before) await apply(store, other, earlier, { target: 'main' });
    const was = await about(store, other);
    expect(await apply(store, id, event)).toMatchObject({ kind: 'applied' });
    expect(await about(store, other)).toEqual(was);
  });
});

test('the history tells it all, in order, with who and why', async () => {
  const { store, id, runner } = await afterEvents();
  await apply(store, id, submitted, { runnerId: runner.id });
  await apply(store, id, happens.rejected(sha('b'), 'no tests'));
  const told = (await listEvents(store.db, { taskId: id })).map(({ kind, runnerId, data }) => ({
    kind,
    runnerId,
    data,
  }));
  expect(told).toEqual([
    { kind: 'added', runnerId: null, data: { title: 'A task' } },
    {
      kind: 'claimed',
      runnerId: runner.id,
      data: { runner: 1, coder: 'default', main: MAIN, status: 'in_progress' },
    },
    { kind: 'submitted', runnerId: runner.id, data: { head: sha('b'), commits: 2, status: 'review' } },
    {
      kind: 'rejected',
      runnerId: null,
      data: { reviewer: 'strict', commit: sha('b'), status: 'pending', reason: 'no tests' },
    },
  ]);
});
