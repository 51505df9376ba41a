import { existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import { setAside, trash } from '../../src/disk/trash.ts';
import { temporaryFolder } from '../support/folder.ts';

test('setting aside leaves the deletion to others, trashing does it', async () => {
  const folder = temporaryFolder();
  const bin = path.join(folder, '.trash');
  for (const name of ['one', 'two']) mkdirSync(path.join(folder, name, 'deep'), { recursive: true });
  await setAside(path.join(folder, 'one'), bin);
  await trash(path.join(folder, 'two'), bin);
  await setAside(path.join(folder, 'never was'), bin);
  expect(readdirSync(folder)).toEqual(['.trash']);
  expect(readdirSync(bin)).toHaveLength(1);
});

test('it moves also while somebody else empties the trash', async () => {
  const folder = temporaryFolder();
  const bin = path.join(folder, '.trash');
  const emptying = execa('sh', ['-c', 'while :; do rm -rf -- "$1"; done', 'sh', bin], {
    reject: false,
    stderr: 'ignore',
  });
  onTestFinished(async () => {
    emptying.kill('SIGKILL');
    await emptying;
  });
  for (let number = 0; number < 100; number++) {
    const target = path.join(folder, String(number));
    mkdirSync(target);
    await setAside(target, bin);
    expect(existsSync(target)).toBe(false);
  }
});

test('where the trash folder cannot be, what stays is not taken for gone', async () => {
  const folder = temporaryFolder();
  const bin = path.join(folder, '.trash');
  symlinkSync(path.join(folder, 'nowhere'), bin);
  mkdirSync(path.join(folder, 'one'));
  await expect(setAside(path.join(folder, 'one'), bin)).rejects.toThrow('ENOENT');
  await setAside(path.join(folder, 'never was'), bin);
});
