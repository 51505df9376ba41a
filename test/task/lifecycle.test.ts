import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isSetback, type Limits, type Setback } from '../../src/task/attempt.ts';
import type { TaskEvent, TaskEventKind } from '../../src/task/event.ts';
import type { BranchName, Sha } from '../../src/task/ids.ts';
import { mayHappen, setbackOf, transition } from '../../src/task/lifecycle.ts';
import { STORED_STATUSES, type StoredStatus } from '../../src/task/status.ts';

const HEAD = 'a'.repeat(40) as Sha;
const SETBACKS: readonly Setback[] = [
  'rejected',
  'conflicted',
  'broken',
  'unchanged',
  'unresolved',
  'failed',
];
const LIMITS: Limits = {
  rejected: 2,
  conflicted: 3,
  broken: 4,
  unchanged: 5,
  unresolved: 6,
  failed: 7,
  unjudged: 8,
  altered: 8,
};

const setback = (which: Setback): TaskEvent => ({
  kind: 'setback',
  setback: which,
  reason: 'why',
  feedback: 'all of it',
  layout: null,
  head: null,
  commits: [],
});

const EVENTS: Readonly<Record<TaskEventKind, TaskEvent>> = {
  claimed: { kind: 'claimed', runnerNumber: 1, branch: 'b' as BranchName, coder: 'default', main: HEAD },
  tookOver: {
    kind: 'tookOver',
    person: 'Ada <ada@example.org>',
    branch: 'runner-0/task-k3j9abcd' as BranchName,
    main: HEAD,
    opening: '{}',
  },
  handedBack: { kind: 'handedBack', note: '', head: HEAD, commits: [] },
  submitted: { kind: 'submitted', head: HEAD, commits: [] },
  setback: setback('failed'),
  asked: {
    kind: 'asked',
    asked: { about: 'blocked', text: 'what?', commits: [] },
    reason: 'why',
    layout: null,
    head: HEAD,
    commits: [],
  },
  interrupted: { kind: 'interrupted', reason: 'why' },
  overBudget: { kind: 'overBudget', reason: 'it has cost $2 of $2' },
  rejected: { kind: 'rejected', reason: 'why', reviewer: 'strict', commit: HEAD },
  approved: { kind: 'approved', reason: 'why', reviewer: 'strict', commit: HEAD },
  disputed: { kind: 'disputed', reason: 'why', reviewer: 'strict', commit: HEAD },
  unjudged: { kind: 'unjudged', reason: 'why' },
  reserved: { kind: 'reserved', reason: 'why', reviewer: 'strict', commit: HEAD },
  held: { kind: 'held', by: 'pi', reason: 'why' },
  altered: { kind: 'altered', commit: HEAD, reason: 'why' },
  headMoved: { kind: 'headMoved', head: HEAD, commits: [] },
  dequeued: { kind: 'dequeued', reason: 'why' },
  landed: { kind: 'landed', commit: HEAD, landedAs: new Map() },
  foundLanded: { kind: 'foundLanded', commit: HEAD, landedAs: new Map() },
  unlanded: { kind: 'unlanded', commit: HEAD, reason: 'why' },
  cancelled: { kind: 'cancelled', reason: 'why' },
  skipped: { kind: 'skipped', reason: 'why' },
  retried: { kind: 'retried', fresh: false, note: '' },
};
const KINDS = Object.keys(EVENTS) as TaskEventKind[];

/** What a first event makes of a task, every pair of them; `·` is a refusal. */
const TABLE = `
              pending      in_progress  review       queued       completed    disputed     failed       skipped      cancelled
claimed       in_progress  ·            ·            ·            ·            ·            ·            ·            ·
tookOver      in_progress  in_progress  in_progress  in_progress  ·            in_progress  in_progress  ·            ·
handedBack    ·            pending      ·            ·            ·            ·            ·            ·            ·
submitted     ·            review       ·            ·            ·            ·            ·            ·            ·
setback       ·            pending      pending      pending      ·            ·            ·            ·            ·
asked         ·            disputed     ·            ·            ·            ·            ·            ·            ·
interrupted   ·            pending      ·            ·            ·            ·            ·            ·            ·
overBudget    disputed     ·            ·            ·            ·            ·            ·            ·            ·
rejected      ·            ·            pending      ·            ·            ·            ·            ·            ·
approved      ·            ·            queued       ·            ·            queued       ·            ·            ·
disputed      ·            ·            disputed     ·            ·            ·            ·            ·            ·
unjudged      ·            ·            review       ·            ·            ·            ·            ·            ·
reserved      ·            ·            review       ·            ·            ·            ·            ·            ·
held          ·            ·            review       ·            ·            ·            ·            ·            ·
altered       ·            ·            review       review       ·            ·            ·            ·            ·
headMoved     ·            ·            review       review       ·            review       ·            ·            ·
dequeued      ·            ·            ·            disputed     ·            ·            ·            ·            ·
landed        ·            ·            ·            completed    ·            ·            ·            ·            ·
foundLanded   completed    ·            completed    completed    completed    completed    completed    completed    completed
unlanded      ·            ·            ·            ·            disputed     ·            ·            ·            ·
cancelled     cancelled    cancelled    cancelled    cancelled    ·            cancelled    cancelled    cancelled    ·
skipped       skipped      ·            ·            ·            ·            skipped      skipped      ·            ·
retried       pending      ·            ·            ·            ·            pending      pending      pending      pending
`;

function drawTable(): string {
  const row = (cells: readonly string[]) => cells.map((cell, index) => cell.padEnd(index ? 13 : 14)).join('');
  const rows = KINDS.map((kind) =>
    row([
      kind,
      ...STORED_STATUSES.map((status) => {
        const next = transition(status, EVENTS[kind], 0, LIMITS);
        return next.kind === 'refused' ? '·' : next.status;
      }),
    ]),
  );
  return `\n${[row(['', ...STORED_STATUSES]), ...rows].map((line) => line.trimEnd()).join('\n')}\n`;
}

test('every event in every status', () => {
  expect(drawTable()).toBe(TABLE);
});

test('a refusal leaves the status as it is', () => {
  expect(transition('completed', EVENTS.cancelled, 0, LIMITS)).toEqual({
    kind: 'refused',
    status: 'completed',
  });
});

test('the reason of an event becomes the reason of the status, and no reason clears it', () => {
  expect(transition('pending', EVENTS.skipped, 0, LIMITS)).toMatchObject({ reason: 'why' });
  expect(transition('pending', EVENTS.claimed, 0, LIMITS)).toMatchObject({ reason: null });
  const approved = { ...EVENTS.approved, reason: '' } as TaskEvent;
  expect(transition('review', approved, 0, LIMITS)).toMatchObject({ reason: null });
});

describe('bounds', () => {
  test.each(SETBACKS)('%s counts against its own bound', (which) => {
    const limit = LIMITS[which];
    expect(transition('in_progress', setback(which), limit - 2, LIMITS)).toEqual({
      kind: 'moved',
      status: 'pending',
      reason: 'why',
    });
    expect(transition('in_progress', setback(which), limit - 1, LIMITS)).toEqual({
      kind: 'moved',
      status: which === 'failed' ? 'failed' : 'disputed',
      reason: `why (${limit} of ${limit}: the bound is reached)`,
    });
  });

  test('a rejection counts as one, wherever it comes from', () => {
    expect(setbackOf(EVENTS.rejected)).toBe('rejected');
    expect(transition('review', EVENTS.rejected, LIMITS.rejected - 2, LIMITS)).toMatchObject({
      status: 'pending',
    });
    expect(transition('review', EVENTS.rejected, LIMITS.rejected - 1, LIMITS)).toMatchObject({
      status: 'disputed',
    });
  });

  test('a review that cannot be had leaves the task in review until a person is asked', () => {
    expect(transition('review', EVENTS.unjudged, LIMITS.unjudged - 2, LIMITS)).toMatchObject({
      status: 'review',
    });
    expect(transition('review', EVENTS.unjudged, LIMITS.unjudged - 1, LIMITS)).toMatchObject({
      status: 'disputed',
    });
  });

  test('a patch that the replay alters is judged again, until a person is asked', () => {
    for (const from of ['review', 'queued'] as const) {
      expect(transition(from, EVENTS.altered, LIMITS.altered - 2, LIMITS)).toMatchObject({
        status: 'review',
      });
      expect(transition(from, EVENTS.altered, LIMITS.altered - 1, LIMITS)).toMatchObject({
        status: 'disputed',
      });
    }
  });

  test('agents are asked first whether main has it already, where there are any', () => {
    const asked = { ...EVENTS.asked, confirm: true } as TaskEvent;
    expect(transition('in_progress', asked, 0, LIMITS)).toMatchObject({ status: 'review', reason: 'why' });
  });

  test('nothing else is counted', () => {
    const counted = KINDS.filter((kind) => setbackOf(EVENTS[kind]) !== undefined);
    expect(counted).toEqual(['setback', 'rejected', 'unjudged', 'altered']);
    for (const kind of KINDS.filter((one) => !counted.includes(one))) {
      for (const status of STORED_STATUSES) {
        const first = transition(status, EVENTS[kind], 0, LIMITS);
        expect(transition(status, EVENTS[kind], 1_000, LIMITS)).toEqual(first);
      }
    }
  });

  test('which outcomes of an attempt are setbacks', () => {
    expect(SETBACKS.every(isSetback)).toBe(true);
    expect((['coding', 'submitted', 'interrupted', 'abandoned', 'landed'] as const).some(isSetback)).toBe(
      false,
    );
  });
});

describe('whatever happens', () => {
  const anyEvent = fc.oneof(
    fc.constantFrom(...KINDS.map((kind) => EVENTS[kind])),
    fc.constantFrom(...SETBACKS.map(setback)),
  );
  const history = fc.array(fc.tuple(anyEvent, fc.nat(10)), { maxLength: 40 });

  function live(events: readonly (readonly [TaskEvent, number])[]): StoredStatus[] {
    let status: StoredStatus = 'pending';
    return events.map(([event, earlier]) => {
      status = transition(status, event, earlier, LIMITS).status;
      return status;
    });
  }

  test('a task is in one of the stored statuses, and completed is the end unless main loses it', () => {
    fc.assert(
      fc.property(history, (events) => {
        const statuses = live(events);
        for (const status of statuses) expect(STORED_STATUSES).toContain(status);
        statuses.forEach((status, at) => {
          const next = events[at + 1]?.[0].kind;
          if (status === 'completed' && next !== undefined && next !== 'unlanded')
            expect(statuses[at + 1]).toBe('completed');
        });
      }),
    );
  });

  test('no event moves a completed task, but that main has lost it', () => {
    fc.assert(
      fc.property(anyEvent, fc.nat(10), (event, earlier) => {
        if (event.kind === 'unlanded' || event.kind === 'foundLanded') return;
        expect(transition('completed', event, earlier, LIMITS)).toEqual({
          kind: 'refused',
          status: 'completed',
        });
      }),
    );
  });

  test('only a landing completes, out of the queue or found on main, and only an approval puts into the queue', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...STORED_STATUSES),
        anyEvent,
        fc.nat(10),
        (status: StoredStatus, event, earlier) => {
          const next = transition(status, event, earlier, LIMITS);
          if (next.kind === 'refused') return;
          if (next.status === 'completed' && event.kind !== 'foundLanded')
            expect([status, event.kind]).toEqual(['queued', 'landed']);
          if (next.status === 'queued') expect(event.kind).toBe('approved');
        },
      ),
    );
  });

  test('a setback cannot send a task back without end', () => {
    fc.assert(
      fc.property(fc.constantFrom(...SETBACKS), (which) => {
        let rounds = 0;
        const goesOn = () => transition('in_progress', setback(which), rounds, LIMITS).status === 'pending';
        while (goesOn() && rounds < 1_000) rounds++;
        expect(rounds).toBe(LIMITS[which] - 1);
      }),
    );
  });
});

test('what may happen to a task that is being verified is what may happen in the queue', () => {
  expect(mayHappen('tookOver', 'verifying')).toBe(true);
  expect(mayHappen('tookOver', 'completed')).toBe(false);
  expect(mayHappen('claimed', 'verifying')).toBe(false);
});
