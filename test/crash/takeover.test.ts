// Taking a task over, handing it back and cancelling it meanwhile, killed at any change: said again it goes on, nothing is lost.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { execaSync } from 'execa';
import { expect, test } from 'vitest';
import { leftovers, makeProject, NOTHING_LEFT, type TestProject } from '../support/project.ts';
import { SEED, sample } from '../support/sample.ts';
import { describeKill, kills } from './kill.ts';
import { listened } from './listen.ts';
import type { Armed } from './preload.ts';

const SAMPLE = 1;

/** How often a command reached each of its points. */
async function pointsOf(project: TestProject, ...words: string[]): Promise<Map<string, number>> {
  const { ran, points } = await listened(project, undefined, ...words);
  expect(ran, ran.err).toMatchObject({ code: 0 });
  const counts = new Map<string, number>();
  for (const point of points) counts.set(point, (counts.get(point) ?? 0) + 1);
  return counts;
}

/** A moment may not come that time (of a folder that is deleted beside it): then the command ends as usual. */
async function kill(project: TestProject, armed: Armed, ...words: string[]): Promise<void> {
  const { ran, points } = await listened(project, armed, ...words);
  const reached = points.at(-1) === 'killed';
  console.log(`  ${words[1]}, ${describeKill(armed)}${reached ? '' : ': not reached'}`);
  if (!reached) expect(ran, ran.err).toMatchObject({ code: 0 });
}

async function begin() {
  // What was coded conflicts with main, so that there is a layout to be lost.
  const project = await makeProject({
    config: { reviewer: 'human', worktrees: { setup: ['echo ready > installed.txt'] } },
    files: { 'a.txt': 'one\n', '.gitignore': 'installed.txt\n' },
  });
  const id = await project.task('work', 'echo late > a.txt\n');
  await project.run('run');
  project.write('a.txt', 'early\n');
  project.commit('early');
  await project.run('review', 'approve', id);
  return { project, id };
}

/** The person solves the conflict, and leaves another file uncommitted. */
function work(project: TestProject, folder: string): void {
  const git = (...args: string[]) =>
    execaSync('git', args, { cwd: folder, env: project.environment, extendEnv: false }).stdout;
  expect(readFileSync(path.join(folder, 'a.txt'), 'utf8')).toMatch(/^<<<<<<< [\s\S]*^>>>>>>> /m);
  writeFileSync(path.join(folder, 'a.txt'), 'both\n');
  git('commit', '--quiet', '--all', '--message', 'both');
  writeFileSync(path.join(folder, 'loose.txt'), 'loose\n');
}

async function finish(project: TestProject, id: string): Promise<void> {
  if ((await project.json(['tasks', 'show', id])).takenOver)
    await project.json(['tasks', 'handback', id, '--commit']);
  await project.json(['review', 'approve', id]);
  expect((await project.run('merge', 'run')).code).toBe(0);
  await project.run('recover');
  expect(project.git('show', 'main:a.txt')).toBe('both');
  expect(project.git('show', 'main:loose.txt')).toBe('loose');
  expect(leftovers(project)).toEqual(NOTHING_LEFT);
}

test('killed anywhere, and said again', { timeout: 600_000 }, async () => {
  const first = await begin();
  const taking = await pointsOf(first.project, 'tasks', 'takeover', first.id);
  const { path: folder } = await first.project.json(['tasks', 'takeover', first.id]);
  work(first.project, folder);
  const handing = await pointsOf(first.project, 'tasks', 'handback', first.id, '--commit');
  await finish(first.project, first.id);
  expect(taking.size).toBeGreaterThan(5);
  expect(handing.size).toBeGreaterThan(5);
  console.log(`TEST_SEED=${SEED}: of ${kills(taking).length} and ${kills(handing).length} kills`);
  for (const armed of sample(kills(taking), SAMPLE)) {
    const { project, id } = await begin();
    await kill(project, armed, 'tasks', 'takeover', id);
    await project.run('recover');
    const taken = await project.json(['tasks', 'takeover', id]);
    work(project, taken.path);
    await finish(project, id);
  }
  for (const armed of sample(kills(handing), SAMPLE)) {
    const { project, id } = await begin();
    const taken = await project.json(['tasks', 'takeover', id]);
    work(project, taken.path);
    await kill(project, armed, 'tasks', 'handback', id, '--commit');
    await project.run('recover');
    await finish(project, id);
  }
});

test('cancelled, and killed anywhere', { timeout: 600_000 }, async () => {
  const taken = async () => {
    const begun = await begin();
    const { path: folder } = await begun.project.json(['tasks', 'takeover', begun.id]);
    work(begun.project, folder);
    return { ...begun, folder };
  };
  const first = await taken();
  const points = await pointsOf(first.project, 'tasks', 'cancel', first.id);
  for (const armed of sample(kills(points), SAMPLE)) {
    const { project, id, folder } = await taken();
    await kill(project, armed, 'tasks', 'cancel', id);
    await project.run('recover');
    if ((await project.json(['tasks', 'show', id])).status !== 'cancelled')
      await project.json(['tasks', 'cancel', id]);
    expect(existsSync(folder)).toBe(false);
    const archived = await project.json(['archive', 'list', id]);
    const files = archived.map((one: { commit: string }) =>
      project.git('ls-tree', '--name-only', one.commit),
    );
    expect(files.join('\n')).toContain('loose.txt');
    expect(leftovers(project)).toEqual(NOTHING_LEFT);
  }
});
