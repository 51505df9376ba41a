import { expect, test } from 'vitest';
import { clashesOf, numbersOf } from '../../src/git/migrations.ts';

const numbers = (file: string) => numbersOf(file).map(({ folder, number }) => `${folder} ${number}`);

test.each([
  ['src/store/migrations/0007-first.ts', ['src/store/migrations 7']],
  ['db/migrate/20240101120000_add_users.rb', ['db/migrate 20240101120000']],
  ['prisma/migrations/20240101_x/migration.sql', ['prisma/migrations 20240101']],
  ['db/migration/V1_02__x.sql', ['db/migration 1.2']],
  ['app/migrations/0003.py', ['app/migrations 3']],
  ['app/migrations/__init__.py', []],
  ['app/migrations/2fa.py', []],
  ['docs/adr/0007-x.md', []],
  ['0007-migrations', []],
])('the number of %s', (file, expected) => {
  expect(numbers(file)).toEqual(expected);
});

const clash = (added: string[], onMain: string[]) =>
  clashesOf(added, new Map([['db/migrations', onMain]])).map(({ ours, theirs }) => [ours, theirs]);

test('a number that is taken, however many zeros stand in front of it', () => {
  const ours = 'db/migrations/0007_x.sql';
  expect(clash([ours], ['0006_w.sql', '7_y.sql'])).toEqual([[ours, 'db/migrations/7_y.sql']]);
  expect(clash([ours], ['0006_w.sql', '0070_y.sql'])).toEqual([]);
  expect(clash(['db/migrations/7_x/up.sql'], ['7_y'])).toEqual([['db/migrations/7_x', 'db/migrations/7_y']]);
});

test('two files of one migration are none, nor what the branch adds itself', () => {
  expect(clash(['db/migrations/7_x.down.sql'], ['7_x.up.sql'])).toEqual([]);
  const both = ['db/migrations/7_x.sql', 'db/migrations/7_y.sql'];
  expect(clash(both, ['7_x.sql', '7_y.sql'])).toEqual([]);
});

test('where main has numbers twice, that is the custom', () => {
  expect(clash(['db/migrations/7_z.sql'], ['5_a.sql', '5_b.sql', '7_y.sql'])).toEqual([]);
});
