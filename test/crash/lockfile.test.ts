// A lockfile that is made anew, killed at any change on the way: begun again it lands once, and what was verified is what lands.

import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { adding, lock, lockedAt, makePackages, manifest } from '../support/packages.ts';
import { leftovers, NOTHING_LEFT } from '../support/project.ts';
import { SEED, sample } from '../support/sample.ts';
import { describeKill, kills } from './kill.ts';
import { listened } from './listen.ts';

const SAMPLE = 2;

const linesOf = (file: string) =>
  existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];

/** A task in the queue that added a dependency, as main has done since. */
async function begin() {
  const project = await makePackages({ config: { reviewer: 'human' } });
  const id = await project.task('two', adding('z'));
  await project.run('run');
  project.write('package.json', manifest('a', 'm'));
  lock(project);
  project.commit('Add a');
  await project.json(['review', 'approve', id]);
  return { project, id };
}

test('it lands once, whatever was killed', { timeout: 600_000 }, async () => {
  const { project, id } = await begin();
  const base = path.dirname(project.folder);
  const saved = `${base}.saved`;
  cpSync(base, saved, { recursive: true, verbatimSymlinks: true });
  const before = project.git('rev-parse', 'main');
  const { points } = await listened(project, undefined, 'merge', 'run');
  const first = points.findIndex((point) => point.includes('keepCandidate'));
  expect(points.slice(first).some((point) => /^process work .*runInSlot/.test(point))).toBe(true);
  const counts = new Map<string, number>();
  for (const point of points) counts.set(point, (counts.get(point) ?? 0) + 1);
  const all = kills(counts).filter(({ point }) => points.lastIndexOf(point) >= first);
  console.log(`${all.length} kills; of these, by TEST_SEED=${SEED}:`);
  for (const armed of sample(all, SAMPLE)) {
    const name = describeKill(armed);
    rmSync(base, { recursive: true });
    cpSync(saved, base, { recursive: true, verbatimSymlinks: true });
    const reached = (await listened(project, armed, 'merge', 'run')).points.includes('killed');
    console.log(`  ${name}${reached ? '' : ': not reached'}`);
    const verified = () => linesOf(path.join(project.outside, 'verified'));
    expect([before, ...verified()], name).toContain(project.git('rev-parse', 'main'));
    const ended = await project.run('merge', 'run');
    expect(ended, `${name}: ${ended.err}`).toMatchObject({ code: 0 });
    const main = project.git('rev-parse', 'main');
    expect(verified(), name).toContain(main);
    const log = project.git('log', '--format=%an %s', `${before}..main`);
    expect(log, name).toBe('steroids Make package-lock.json anew\nAda two');
    expect(lockedAt(project, 'main').toSorted(), name).toEqual(['a', 'm', 'z']);
    const shown = await project.json(['tasks', 'show', id]);
    expect(shown, name).toMatchObject({ status: 'completed', attempt: 1, landedCommit: main });
    expect(shown.commits, name).toMatchObject([{ landedCommit: project.git('rev-parse', 'main~1') }]);
    await project.run('gc');
    expect(leftovers(project), name).toEqual(NOTHING_LEFT);
  }
});
