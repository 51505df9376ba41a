import { expect, test } from 'vitest';
import type { Session } from '../../src/orchestrator/session.ts';
import { watchOurs } from '../../src/orchestrator/watchOurs.ts';
import { makeRepository } from '../support/repository.ts';

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
