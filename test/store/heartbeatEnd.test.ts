import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { openRealStore } from '../support/store.ts';

const support = (name: string) => fileURLToPath(new URL(`../support/${name}`, import.meta.url));

const ROUNDS = 10;

test('a process that ends its heartbeats while their thread loads SQLite ends as usual', async () => {
  const { file } = await openRealStore();
  const loads = path.join(path.dirname(file), 'loads');
  writeFileSync(loads, '');
  const program = [support('endAtLoad.ts'), file, `${ROUNDS}`];
  const { stdout } = await execa(process.execPath, ['--require', support('threadLoads.cjs'), ...program], {
    env: { THREAD_LOADS: loads },
  });
  expect(Number(stdout)).toBeGreaterThanOrEqual(ROUNDS);
});
