import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { findFullDisk, isNoSpace, type Space, whyFull } from '../../src/disk/space.ts';
import { temporaryFolder } from '../support/folder.ts';

const MIB = 1024 * 1024;
const roomy: Space = {
  freeBytes: 64 * MIB,
  totalBytes: 100_000 * MIB,
  freeFiles: 64,
  totalFiles: 1_000_000,
};

describe('whether a file system counts as full', () => {
  test.each<[string, Partial<Space>, string | undefined]>([
    ['64 MiB and 64 files are free', {}, undefined],
    ['a byte less', { freeBytes: 64 * MIB - 1 }, '64.0 MiB of 100000.0 MiB are free'],
    ['nothing is free', { freeBytes: 0 }, '0.0 MiB of 100000.0 MiB are free'],
    ['a small one with 2 % free', { freeBytes: 2 * MIB, totalBytes: 100 * MIB }, undefined],
    ['a small one with less', { freeBytes: MIB, totalBytes: 100 * MIB }, '1.0 MiB of 100.0 MiB are free'],
    ['no room for files', { freeFiles: 63 }, 'it has room for 63 more files'],
    ['it does not count files', { freeFiles: 0, totalFiles: 0 }, undefined],
    ['it does not say how large it is', { freeBytes: 0, totalBytes: 0 }, undefined],
  ])('%s', (_, space, why) => {
    expect(whyFull({ ...roomy, ...space })).toBe(why);
  });
});

test('a folder that is not there tells nothing', async () => {
  expect(await findFullDisk([path.join(temporaryFolder(), 'missing')])).toBe(undefined);
});

test('the system’s own words for no room', () => {
  expect(isNoSpace(Object.assign(new Error('write'), { code: 'ENOSPC' }))).toBe(true);
  expect(isNoSpace(Object.assign(new Error('write'), { code: 'EDQUOT' }))).toBe(true);
  expect(isNoSpace(Object.assign(new Error('write'), { code: 'EACCES' }))).toBe(false);
  expect(isNoSpace(new Error('ENOSPC'))).toBe(false);
});
