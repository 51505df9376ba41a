import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { Analyst, NoOpinion, Opinion } from '../../src/analysis/analyst.ts';
import { ask } from '../../src/analysis/cache.ts';
import { analyzeStatically } from '../../src/analysis/static.ts';
import { temporaryFolder } from '../support/folder.ts';
import { questionOf } from '../support/question.ts';

const QUESTION = questionOf([{ id: 'a' }, { id: 'b' }]);
const COST = { tokens: { input: 120, output: 0, cacheRead: 0, cacheWrite: 0 }, money: 0.01, whole: true };
const OPINION: Opinion = { ...analyzeStatically(QUESTION), cost: COST };

function analyst(said: Opinion | NoOpinion, identity = '1'): Analyst & { asked: number } {
  const one = {
    name: 'haiku',
    kind: 'model' as const,
    identity,
    asked: 0,
    ask: async () => {
      one.asked++;
      return said;
    },
  };
  return one;
}

const { signal } = new AbortController();

test('the same question costs nothing the second time, another one does', async () => {
  const asking = { folder: temporaryFolder(), fresh: false, signal };
  const haiku = analyst(OPINION);
  expect(await ask(haiku, QUESTION, asking)).toEqual({ said: OPINION, kept: false });
  expect(await ask(haiku, QUESTION, asking)).toEqual({
    said: { ...OPINION, cost: null },
    kept: true,
  });
  expect(haiku.asked).toBe(1);
  await ask(haiku, questionOf([{ id: 'a' }, { id: 'b', title: 'Something else' }]), asking);
  await ask(haiku, { ...QUESTION, main: 'b'.repeat(40) as typeof QUESTION.main }, asking);
  await ask(haiku, QUESTION, { ...asking, fresh: true });
  expect(haiku.asked).toBe(4);
  const other = analyst(OPINION, '2');
  expect(await ask(other, QUESTION, asking)).toMatchObject({ kept: false });
});

test('what could not be said, or is damaged, is asked again', async () => {
  const asking = { folder: temporaryFolder(), fresh: false, signal };
  const silent = analyst({ kind: 'none', reason: 'it refused', cost: COST });
  await ask(silent, QUESTION, asking);
  await ask(silent, QUESTION, asking);
  expect(silent.asked).toBe(2);
  const haiku = analyst(OPINION);
  await ask(haiku, QUESTION, asking);
  const [file = ''] = readdirSync(asking.folder);
  for (const text of ['', 'nonsense', '{"format":1,"opinion":{"kind":"opinion","notes":[],"analysis":{}}}']) {
    writeFileSync(path.join(asking.folder, file), text);
    expect(await ask(haiku, QUESTION, asking)).toMatchObject({ kept: false });
  }
});

test('no more than a hundred answers are kept', async () => {
  const asking = { folder: temporaryFolder(), fresh: false, signal };
  for (let number = 0; number < 103; number++) await ask(analyst(OPINION, String(number)), QUESTION, asking);
  expect(readdirSync(asking.folder)).toHaveLength(100);
});
