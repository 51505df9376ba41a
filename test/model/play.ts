// Plays a sequence of happenings, puts in order what only a person can, and lets everything come to its end.

import { rmSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { happenings, letGo, type Model } from './commands.ts';
import { broken, differingFromRebase, makeWorld, tasksOf, tryGit, type World } from './world.ts';

/** What a task may be when nothing more will happen to it. */
const ENDED = ['completed', 'cancelled', 'disputed', 'failed', 'skipped'];
const ROUNDS = 8;

/** @throws Error that says after what which promise did not hold */
export async function play(commands: Iterable<fc.AsyncCommand<Model, World>>): Promise<void> {
  const world = await makeWorld();
  let whole = false;
  try {
    await fc.asyncModelRun(() => ({ model: { tasks: 0 }, real: world }), commands);
    await finish(world);
    whole = true;
  } catch (error) {
    throw new Error(`${(error as Error).message} (the repository is left in ${world.project.folder})`, {
      cause: error,
    });
  } finally {
    if (whole) world.remove();
  }
}

async function finish(world: World): Promise<void> {
  letGo(world);
  for (
    let round = 0;
    round < ROUNDS && tasksOf(world).some((task) => !ENDED.includes(task.status));
    round++
  ) {
    for (const task of tasksOf(world)) {
      const file = path.join(world.project.folder, `own-${task.id}.txt`);
      const own = `own-${task.id}.txt`;
      if (tryGit(world, 'ls-files', '--error-unmatch', own).code !== 0) rmSync(file, { force: true });
      // A person who has it in hands gives it back, whatever state it is in.
      if (task.status === 'in_progress') {
        await world.project.run('tasks', 'handback', task.id, '--to-coder', '--commit');
        await world.project.run('tasks', 'handback', task.id, '--to-coder');
      }
      if (task.status === 'review') await world.project.run('review', 'approve', task.id);
    }
    await world.project.run('merge', 'run', '--once');
    await world.project.run('run', '--runners', '2');
  }
  const open = tasksOf(world).filter((task) => !ENDED.includes(task.status));
  const wrong = [
    ...broken(world),
    ...differingFromRebase(world),
    ...open.map((task) => `"${task.title}" is still ${task.status} after ${ROUNDS} rounds`),
    ...(tryGit(world, 'fsck', '--connectivity-only').code === 0 ? [] : ['git fsck finds something missing']),
  ];
  if (wrong.length > 0) throw new Error(`in the end: ${wrong.join('; ')}`);
}

export const sequences = (length: number) => fc.commands(happenings, { maxCommands: length, size: 'max' });
