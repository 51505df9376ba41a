import { expect, test } from 'vitest';
import type { Session } from '../../src/orchestrator/session.ts';
import { watchOurs } from '../../src/orchestrator/watchOurs.ts';
import { makeRepository } from '../support/repository.ts';
import { addTask, openTestStore } from '../support/store.ts';

const REF = 'refs/steroids/landed/one';

test('a coder whose end nobody could look at keeps nobody after it from being watched', async () => {
  const repository = makeRepository();
  const sha = repository.commit({ 'a.txt': 'a\n' });
  const { git } = await repository.find();
  const session = { project: { git, host: { now: () => 0 } }, report: () => {} } as unknown as Session;
  const lost = await watchOurs(session);
  lost.leave();
  await git.read(['update-ref', REF, sha]);
  const next = await watchOurs(session);
  await git.read(['update-ref', '-d', REF]);
  await next.end('coder "default"');
  expect(await git.read(['rev-parse', REF])).toBe(sha);
});

test('a candidate that has landed as another commit is not put back, before the store knows either', async () => {
  const repository = makeRepository();
  const { store } = await openTestStore();
  const { git } = await repository.find();
  const project = { git, store, main: 'main', host: { now: () => 0 } };
  const session = { project, report: () => {} } as unknown as Session;
  const id = await addTask(store);
  repository.switchTo('conflict');
  const conflict = repository.commit({ 'a.txt': '<<<<<<<\n' });
  repository.git('switch', '--quiet', 'main');
  const landed = repository.commit({ 'a.txt': 'solved\n' });
  const candidate = `refs/steroids/candidate/${id}`;
  await git.read(['update-ref', candidate, conflict]);
  await git.read(['branch', '-D', 'conflict']);

  const coder = await watchOurs(session);
  await git.read(['update-ref', `refs/steroids/landed-as/${id}`, landed]);
  await git.read(['update-ref', '-d', candidate]);
  await coder.end('coder "default"');
  expect((await git.run(['rev-parse', '--verify', '--quiet', candidate])).code).toBe(1);

  // Without a landing it is what a coder deleted.
  const other = await watchOurs(session);
  await git.read(['update-ref', candidate, conflict]);
  await other.end('coder "default"');
  const next = await watchOurs(session);
  await git.read(['update-ref', '-d', `refs/steroids/landed-as/${id}`]);
  await git.read(['update-ref', '-d', candidate]);
  await next.end('coder "default"');
  expect(await git.read(['rev-parse', candidate])).toBe(conflict);
});
