// A few of the kills of `npm run test:failpoints`, others at each run; and that there is no change without a failpoint.

import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fewOf, SEED } from '../support/sample.ts';
import { describeKill, killAt, kills, listPoints } from './kill.ts';

const SAMPLE = 3;

test('killed anywhere, started again, nothing is lost and main was never broken', {
  timeout: 240_000,
}, async () => {
  const points = await listPoints();
  const all = kills(points);
  const some = fewOf(all, SAMPLE);
  expect(some.length).toBe(SAMPLE);
  console.log(`${all.length} kills; of these, by TEST_SEED=${SEED}:`);
  for (const armed of some) {
    console.log(`  ${describeKill(armed)}`);
    const killed = await killAt(armed);
    expect(killed.violations, describeKill(armed)).toEqual([]);
  }
});

/** What changes files, of Node's own functions. */
const WRITERS =
  /\b(appendFile|chmod|copyFile|cp|createWriteStream|link|mkdir|mkdtemp|rename|rm|rmdir|symlink|truncate|unlink|utimes|writeFile)(Sync)?\b/;

/** Files that may import them, and why that is no change without a failpoint. */
const DOORS: Readonly<Record<string, string>> = {
  'disk/files.ts': 'the door to files: each of its changes has a point',
  'disk/openUp.ts': 'what somebody has closed to us: so has each of its',
  'disk/trash.ts': 'folders that are thrown away: so has each of its',
  'disk/notes.ts': 'notes of what is being done, written before and after a point of git',
};

test('files are changed through the door that has failpoints, and nowhere else', () => {
  const sources = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  const importing = sources.filter((file) => {
    const imports =
      readFileSync(`src/${file}`, 'utf8').match(/import \{[^}]*\} from 'node:fs(\/promises)?';/g) ?? [];
    return imports.some((line) => WRITERS.test(line)) || /\bfs\./.test(readFileSync(`src/${file}`, 'utf8'));
  });
  expect(importing.sort()).toEqual(Object.keys(DOORS).sort());
});

/** What each door does, as its points are named. */
const CHANGES = [
  'disk append',
  'disk create',
  'disk mkdir',
  'disk move',
  'disk remove',
  'disk rmdir',
  'disk write',
  'git checkout',
  'git fetch',
  'git push',
  'git update-ref',
  'git worktree',
  'process work',
  'store write',
];

test('every door tells of its changes', { timeout: 120_000 }, async () => {
  const points = [...(await listPoints()).keys()];
  for (const change of CHANGES)
    expect(
      points.some((point) => point.startsWith(`${change} `)),
      change,
    ).toBe(true);
});
