import { expect, test } from 'vitest';
import { acquireLease } from '../../src/store/leases.ts';
import { endRunner } from '../../src/store/runners.ts';
import { forgetUnusedSlot, getSlot, saveSlot } from '../../src/store/slots.ts';
import { addRunner, openTestStore } from '../support/store.ts';

const NAMES = [
  ['runner-1', 1],
  ['review-1', 1],
  ['merge-1', null],
] as const;

test('a slot is forgotten only while nobody works in it', async () => {
  const { store, pass } = await openTestStore();
  for (const [name] of NAMES)
    await store.write((trx) => saveSlot(store, trx, { name, path: `/${name}`, digest: null }));
  const forget = async () => {
    const answers = [];
    for (const [name, number] of NAMES)
      answers.push(await store.write((trx) => forgetUnusedSlot(store, trx, name, number)));
    return answers;
  };
  const runner = await addRunner(store);
  await store.write((trx) => acquireLease(store, trx, 'lander:main', '{}', 30_000, undefined));
  expect(await forget()).toEqual([false, false, false]);
  for (const [name] of NAMES) expect(await getSlot(store.db, name)).toBeDefined();
  await store.write((trx) => endRunner(store, trx, runner.id, 'it ended'));
  expect(await forget()).toEqual([true, true, false]);
  pass(30_001);
  expect(await forget()).toEqual([true, true, true]);
  for (const [name] of NAMES) expect(await getSlot(store.db, name)).toBeUndefined();
});
