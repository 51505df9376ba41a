import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { sizeOf } from '../../src/disk/size.ts';
import { temporaryFolder } from '../support/folder.ts';

test('what nests deeper than a path can say is left out', () => {
  const folder = temporaryFolder();
  writeFileSync(path.join(folder, 'file'), 'five\n');
  const nested = (top: string) =>
    path.join(folder, top, ...Array.from({ length: 15 }, () => 'x'.repeat(200)));
  for (const top of ['one', 'two']) mkdirSync(nested(top), { recursive: true });
  renameSync(path.join(folder, 'two'), path.join(nested('one'), 'two'));
  onTestFinished(() => void execFileSync('rm', ['-rf', folder]));
  expect(sizeOf(path.join(folder, 'file'), { left: 1 })).toBe(5);
  expect(sizeOf(folder, { left: 1_000 })).toBe(5);
});
