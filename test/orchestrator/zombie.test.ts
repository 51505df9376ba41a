// A lander that stalled, and what it can still do when somebody else has the queue: nothing.

import { describe, expect, test } from 'vitest';
import type { Git } from '../../src/git/client.ts';
import { LANDER_REF } from '../../src/merge/land.ts';
import { fence, mendFence } from '../../src/orchestrator/fence.ts';
import type { QueueHolder } from '../../src/orchestrator/lander.ts';
import type { Project } from '../../src/orchestrator/project.ts';
import { applyHeld } from '../../src/orchestrator/writeEntry.ts';
import { listEntries } from '../../src/store/entries.ts';
import { acquireLease, type Lease, releaseLease } from '../../src/store/leases.ts';
import type { Store } from '../../src/store/open.ts';
import { NO_LIMITS } from '../../src/task/attempt.ts';
import { takeQueue } from '../support/landing.ts';
import { makeRepository, type TestRepository } from '../support/repository.ts';
import {
  addRunner,
  addTask,
  apply,
  claimNext,
  commit,
  happens,
  openTestStore,
  sha,
  taskOf,
} from '../support/store.ts';

const NAME = 'lander:main';

async function lease(store: Store, owner: string, over?: number): Promise<Lease> {
  const taken = await store.write((trx) => acquireLease(store, trx, NAME, owner, 30_000, over));
  if (!taken) throw new TypeError(`${owner} did not get the lease`);
  return taken;
}

function projectOf(store: Store, git?: Git): Project {
  const host = { identify: () => ({ pid: 1 }) };
  return { store, git, host, main: 'main' } as unknown as Project;
}

const holder = (project: Project, held: Lease, token = sha('0')): QueueHolder =>
  ({ session: { project, report: () => {} }, lease: held, token }) as unknown as QueueHolder;

describe('the status of a task', () => {
  async function approved() {
    const { store } = await openTestStore();
    const id = await addTask(store);
    await claimNext(store, await addRunner(store));
    await apply(store, id, happens.submitted(commit('a')));
    await apply(store, id, happens.approved(sha('a')), { target: 'main' });
    const [entry] = await listEntries(store.db);
    if (!entry) throw new TypeError('an approved task has no entry');
    return { store, id, entry };
  }
  const landed = happens.landed(sha('b'));

  test('is written by who has the queue', async () => {
    const { store, id, entry } = await approved();
    const lander = holder(projectOf(store), await lease(store, 'a'));
    expect(await applyHeld(lander, NO_LIMITS, entry, landed)).toBe('completed');
    expect(await taskOf(store, id)).toMatchObject({ landedCommit: sha('b') });
  });

  test.each([
    ['has taken it', async (store: Store, held: Lease) => void (await lease(store, 'b', held.token))],
    ['has given it back', (store: Store, held: Lease) => store.write((trx) => releaseLease(trx, held))],
  ])('is not written when somebody else %s', async (_, lose) => {
    const { store, id, entry } = await approved();
    const held = await lease(store, 'a');
    await lose(store, held);
    const lander = holder(projectOf(store), held);
    expect(await applyHeld(lander, NO_LIMITS, entry, landed)).toBe('queued');
    expect(await taskOf(store, id)).toMatchObject({ status: 'queued', landedCommit: null });
  });
});

describe('the token in git', () => {
  const tokenIn = (repository: TestRepository) => repository.git('cat-file', 'blob', LANDER_REF);

  test('goes on from the one that is there, also when the store knows only smaller ones', async () => {
    const repository = makeRepository();
    const { store } = await openTestStore();
    await takeQueue(repository, '7 {}\n');
    const fenced = await fence(projectOf(store, repository.open()), await lease(store, 'a'));
    expect(fenced?.lease.token).toBe(8);
    expect(tokenIn(repository)).toMatch(/^8 /);
  });

  test('is not written over by who stood still since it looked', async () => {
    const repository = makeRepository();
    const { store } = await openTestStore();
    await takeQueue(repository, '1 {}\n');
    const git = repository.open();
    const slow: Git = {
      ...git,
      async run(args, call) {
        if (args.includes('update-ref')) await takeQueue(repository, '9 {}\n');
        return await git.run(args, call);
      },
    };
    expect(await fence(projectOf(store, slow), await lease(store, 'a'))).toBeUndefined();
    expect(tokenIn(repository)).toMatch(/^9 /);
  });

  test('is mended by who has the queue, and by nobody else', async () => {
    const repository = makeRepository();
    const { store } = await openTestStore();
    const project = projectOf(store, repository.open());
    const fenced = await fence(project, await lease(store, 'a'));
    if (!fenced) throw new TypeError('the queue was free');
    const lander = holder(project, fenced.lease, fenced.token);
    repository.git('update-ref', '-d', LANDER_REF);
    await mendFence(lander);
    expect(tokenIn(repository)).toMatch(/^1 /);
    await lease(store, 'b', fenced.lease.token);
    repository.git('update-ref', '-d', LANDER_REF);
    await mendFence(lander);
    expect(repository.tryGit('rev-parse', '--verify', '--quiet', LANDER_REF).code).toBe(1);
  });
});
