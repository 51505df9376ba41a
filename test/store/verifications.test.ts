import { expect, test } from 'vitest';
import { hasPassed, recordVerification, type Verification } from '../../src/store/verifications.ts';
import { MAIN, NOON, openTestStore, sha } from '../support/store.ts';

async function afterVerification(verification: Partial<Verification>) {
  const { store } = await openTestStore();
  const whole: Verification = {
    entryId: null,
    commit: sha('a'),
    base: MAIN,
    commands: 'these',
    outcome: 'passed',
    flaky: null,
    detail: '',
    log: '/logs/a.log',
    startedAt: NOON,
    endedAt: NOON,
    ...verification,
  };
  await store.write((trx) => recordVerification(trx, whole));
  return await hasPassed(store.db, sha('a'), 'these');
}

test('a commit that has passed the commands in force has passed', async () => {
  expect(await afterVerification({})).toBe(true);
});

test.each([
  ['another commit has', { commit: sha('b') }],
  ['it has passed other commands', { commands: 'those' }],
  ['it has failed', { outcome: 'failed' }],
  ['it ran out of time', { outcome: 'out-of-time' }],
  ['it could not be said', { outcome: 'could-not-run' }],
] as const)('it has not passed when %s', async (_, verification) => {
  expect(await afterVerification(verification)).toBe(false);
});
