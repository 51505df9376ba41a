// A real store in a temporary folder. Only its clock is replaced: it stands still until a test moves it.

import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { type Applied, type Applying, applyEvent } from '../../src/store/apply.ts';
import type { Claimant } from '../../src/store/candidates.ts';
import { type Claimed, type Claiming, claim } from '../../src/store/claim.ts';
import { openStore, type Store } from '../../src/store/open.ts';
import { type NewRunner, type Runner, registerRunner } from '../../src/store/runners.ts';
import { insertSection, type NewSection } from '../../src/store/sections.ts';
import { getTask, insertTask, type NewTask } from '../../src/store/tasks.ts';
import type { Limits } from '../../src/task/attempt.ts';
import type { TaskCommit, TaskEvent } from '../../src/task/event.ts';
import type { BranchName, Sha, TaskId } from '../../src/task/ids.ts';
import type { Task } from '../../src/task/task.ts';
import { temporaryFolder } from './folder.ts';

export const LIMITS: Limits = {
  rejected: 3,
  conflicted: 3,
  unresolved: 3,
  broken: 3,
  unchanged: 3,
  failed: 3,
  unjudged: 3,
  altered: 3,
};

export const NOON = Date.UTC(2026, 0, 2, 12);

/** The commit of main in these tests. */
export const MAIN = sha('0');

/** A whole object name out of one or more hexadecimal digits: `sha('a1')` is `a1a1a1…` */
export function sha(digits: string): Sha {
  return digits.repeat(40).slice(0, 40) as Sha;
}

export function commit(digits: string, message = `change ${digits}`): TaskCommit {
  return { hash: sha(digits), message, author: 'Coder <coder@example.org>', at: NOON };
}

export interface TestStore {
  readonly store: Store;
  readonly file: string;
  pass(ms: number): void;
}

export async function openTestStore(): Promise<TestStore> {
  const file = path.join(temporaryFolder(), 'steroids.db');
  let at = NOON;
  let ids = 0;
  const store = await openStore({
    file,
    now: () => at,
    newId: () => `id${String(ids++).padStart(6, '0')}`,
    sleep: async () => {},
    create: true,
  });
  onTestFinished(() => store.close());
  return {
    store,
    file,
    pass: (ms) => {
      at += ms;
    },
  };
}

/** One whose clock is the machine's. */
export async function openRealStore(): Promise<Omit<TestStore, 'pass'>> {
  const file = path.join(temporaryFolder(), 'steroids.db');
  let ids = 0;
  const store = await openStore({
    file,
    now: Date.now,
    newId: () => `id${String(ids++).padStart(6, '0')}`,
    sleep: (ms) => sleep(ms),
    create: true,
  });
  onTestFinished(() => store.close());
  return { store, file };
}

export async function addSection(store: Store, section: Partial<NewSection> = {}): Promise<string> {
  const whole = { name: 'backend', paths: [], exclusive: false, maxRunners: 1, ...section };
  return await store.write((trx) => insertSection(store, trx, whole));
}

export async function addTask(store: Store, task: Partial<NewTask> = {}): Promise<TaskId> {
  const whole = { title: 'A task', spec: '', sectionId: null, priority: 0, paths: [], coder: null, ...task };
  return await store.write((trx) => insertTask(store, trx, whole));
}

export async function addRunner(store: Store, runner: Partial<NewRunner> = {}): Promise<Runner> {
  const whole = {
    sectionId: null,
    coder: null,
    process: '{}',
    logFolder: '/logs',
    leaseMs: 30_000,
    ...runner,
  };
  return await store.write((trx) => registerRunner(store, trx, whole));
}

export function claimantOf(runner: Runner, sectionIds: readonly string[] = []): Claimant {
  return {
    id: runner.id,
    number: runner.number,
    sectionId: runner.section?.id ?? null,
    sectionIds,
    coder: 'default',
  };
}

/** What the runner may do next; it is its own from then on. */
export async function claimNext(
  store: Store,
  runner: Runner,
  claiming: Partial<Claiming> = {},
): Promise<Claimed | undefined> {
  const whole = {
    claimant: claimantOf(runner),
    main: MAIN,
    limits: LIMITS,
    reviews: false,
    intentMs: 2_500,
    held: [],
    instead: new Map(),
    ...claiming,
  };
  return await store.write((trx) => claim(store, trx, whole));
}

export async function apply(
  store: Store,
  id: TaskId,
  event: TaskEvent,
  applying: Partial<Applying> = {},
): Promise<Applied> {
  return await store.write((trx) => applyEvent(store, trx, id, event, { limits: LIMITS, ...applying }));
}

export async function taskOf(store: Store, id: TaskId): Promise<Task> {
  const task = await getTask(store.db, id);
  if (!task) throw new TypeError(`there is no task ${id}`);
  return task;
}

/** Events of a life that goes well and of what can come between. */
export const happens = {
  submitted: (...commits: readonly TaskCommit[]): TaskEvent => ({
    kind: 'submitted',
    head: commits.at(-1)?.hash ?? MAIN,
    commits,
  }),
  approved: (head: Sha): TaskEvent => ({
    kind: 'approved',
    reviewer: 'strict',
    commit: head,
    reason: 'good',
  }),
  rejected: (head: Sha, reason = 'no tests'): TaskEvent => ({
    kind: 'rejected',
    reviewer: 'strict',
    commit: head,
    reason,
  }),
  setback: (event: Partial<Extract<TaskEvent, { kind: 'setback' }>> = {}): TaskEvent => ({
    kind: 'setback',
    setback: 'failed',
    reason: 'the coder exited with 1',
    feedback: 'the end of the log',
    layout: null,
    head: null,
    commits: [],
    ...event,
  }),
  tookOver: {
    kind: 'tookOver',
    person: 'Ada <ada@example.org>',
    branch: 'runner-0/task-x' as BranchName,
    main: MAIN,
    opening: '{}',
  },
  handedBack: (head: Sha, note = ''): TaskEvent => ({ kind: 'handedBack', note, head, commits: [] }),
  reserved: { kind: 'reserved', reason: 'why', reviewer: 'strict', commit: MAIN },
  unjudged: { kind: 'unjudged', reason: 'the reviewer was not there' },
  interrupted: { kind: 'interrupted', reason: 'stopped' },
  dequeued: { kind: 'dequeued', reason: 'taken out' },
  cancelled: { kind: 'cancelled', reason: 'not wanted' },
  skipped: { kind: 'skipped', reason: 'later' },
  headMoved: (...commits: readonly TaskCommit[]): TaskEvent => ({
    kind: 'headMoved',
    head: commits.at(-1)?.hash ?? MAIN,
    commits,
  }),
  landed: (as: Sha, landedAs: ReadonlyMap<Sha, Sha> = new Map()): TaskEvent => ({
    kind: 'landed',
    commit: as,
    landedAs,
  }),
  retried: (fresh = false, note = ''): TaskEvent => ({ kind: 'retried', fresh, note }),
} as const satisfies Record<string, TaskEvent | ((...args: never[]) => TaskEvent)>;
