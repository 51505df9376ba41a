// What may happen, one after the other. The model knows only how many tasks there are; everything else is asked of the world,
// and what cannot be done just then is not done.

import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { spawnCli } from '../support/projectAt.ts';
import { broken, PERSONS_FILE, type TaskRow, tasksOf, tryGit, type World } from './world.ts';

export interface Model {
  tasks: number;
}

type Happening = (world: World, model: Model) => Promise<void> | void;

class Happens implements fc.AsyncCommand<Model, World> {
  readonly #name: string;
  readonly #happen: Happening;
  constructor(name: string, happen: Happening) {
    this.#name = name;
    this.#happen = happen;
  }
  check() {
    return true;
  }
  async run(model: Model, world: World) {
    await this.#happen(world, model);
    const wrong = broken(world);
    if (wrong.length > 0) throw new Error(`after "${this.#name}": ${wrong.join('; ')}`);
  }
  toString() {
    return this.#name;
  }
}

/** Exit codes that are answers: done, refused as it is, something waits, somebody has it, git or the machine. */
const ANSWERS = [0, 2, 3, 4, 5];

async function steroids(world: World, ...args: string[]): Promise<void> {
  const ran = await world.project.run(...args);
  if (!ANSWERS.includes(ran.code ?? -1))
    throw new Error(`steroids ${args.join(' ')}: ${ran.code} ${ran.err}`);
}

/** The task of that number, if there is one that `fits`. */
function pick(world: World, number: number, fits: (task: TaskRow) => boolean): TaskRow | undefined {
  const fitting = tasksOf(world).filter(fits);
  return fitting[number % Math.max(1, fitting.length)];
}

/** The task's branch and its head, when nothing has it checked out. */
function freeBranch(world: World, task: TaskRow | undefined) {
  if (!task?.branch) return undefined;
  const ref = `refs/heads/${task.branch}`;
  const { code, out: head } = tryGit(world, 'rev-parse', '--verify', '--quiet', ref);
  const checkedOut = world.project.git('worktree', 'list', '--porcelain').includes(`branch ${ref}\n`);
  return code === 0 && !checkedOut ? { ref, head } : undefined;
}

/** Where a person works on the task, if one does. */
function takenFolder(world: World, task: TaskRow): string | undefined {
  const folder = path.join(`${world.project.folder}.steroids`, `task-${task.id}`);
  return task.status === 'in_progress' && existsSync(folder) ? folder : undefined;
}

/** A person may do that; what only that branch had is nobody's any more. */
function throwAway(world: World, { ref, head }: { readonly ref: string; readonly head: string }): void {
  for (const commit of world.project.git('rev-list', head, '^main').split('\n')) world.thrownAway.add(commit);
  void ref;
}

const number = fc.nat({ max: 20 });

const happening = <T>(
  arbitrary: fc.Arbitrary<T>,
  name: (value: T) => string,
  happen: (value: T) => Happening,
) => arbitrary.map((value) => new Happens(name(value), happen(value)));

export const happenings: fc.Arbitrary<fc.AsyncCommand<Model, World>>[] = [
  happening(
    fc.nat({ max: 2 }),
    (file) => `add a task on shared-${file}.txt`,
    (file) => async (world, model) => {
      await world.project.json(['tasks', 'add', `task ${model.tasks} of ${file}`]);
      model.tasks++;
    },
  ),
  happening(
    fc.constant(0),
    () => 'run to the end',
    () => (world) => steroids(world, 'run', '--runners', '2'),
  ),
  happening(
    fc.integer({ min: 50, max: 2_500 }),
    (ms) => `run and be killed after ${ms} ms`,
    (ms) => async (world) => {
      const running = spawnCli(world.project, ['run', '--runners', '2']);
      await Promise.race([running, sleep(ms)]);
      running.kill('SIGKILL');
      await running;
    },
  ),
  happening(
    number,
    (n) => `approve (${n})`,
    (n) => async (world) => {
      const task = pick(world, n, (one) => one.status === 'review');
      if (task) await steroids(world, 'review', 'approve', task.id);
    },
  ),
  happening(
    number,
    (n) => `reject (${n})`,
    (n) => async (world) => {
      const task = pick(world, n, (one) => one.status === 'review');
      if (task) await steroids(world, 'review', 'reject', task.id, '--reason', 'once more');
    },
  ),
  happening(
    number,
    (n) => `cancel (${n})`,
    (n) => async (world) => {
      const task = pick(world, n, (one) => !['completed', 'cancelled'].includes(one.status));
      if (task) await steroids(world, 'tasks', 'cancel', task.id);
    },
  ),
  happening(
    fc.tuple(number, fc.boolean()),
    ([n, fresh]) => `retry (${n})${fresh ? ' --fresh' : ''}`,
    ([n, fresh]) =>
      async (world) => {
        const task = pick(world, n, (one) =>
          ['cancelled', 'disputed', 'failed', 'pending'].includes(one.status),
        );
        if (task) await steroids(world, 'tasks', 'retry', task.id, ...(fresh ? ['--fresh'] : []));
      },
  ),
  happening(
    number,
    (n) => `take over (${n})`,
    (n) => async (world) => {
      const task = pick(world, n, (one) => !['completed', 'cancelled'].includes(one.status));
      if (task) await steroids(world, 'tasks', 'takeover', task.id, '--stop');
    },
  ),
  happening(
    fc.tuple(number, fc.boolean(), fc.boolean()),
    ([n, commits, back]) =>
      `hand back (${n})${commits ? ' with a commit' : ''}${back ? ' to its coder' : ''}`,
    ([n, commits, back]) =>
      async (world) => {
        const task = pick(world, n, (one) => takenFolder(world, one) !== undefined);
        const folder = task && takenFolder(world, task);
        if (!task || !folder) return;
        if (commits)
          writeFileSync(path.join(folder, `own-${task.id}.txt`), `by a person ${world.commits++}\n`);
        await steroids(world, 'tasks', 'handback', task.id, '--commit', ...(back ? ['--to-coder'] : []));
      },
  ),
  happening(
    number,
    (n) => `reprioritise (${n})`,
    (n) => async (world) => {
      const task = pick(world, n, (one) => one.status !== 'completed');
      if (task) await steroids(world, 'tasks', 'edit', task.id, '--priority', String(n));
    },
  ),
  happening(
    number,
    (n) => `amend a branch (${n})`,
    (n) => (world) => {
      const branch = freeBranch(
        world,
        pick(world, n, (task) => ['review', 'queued', 'pending'].includes(task.status)),
      );
      if (!branch) return;
      const { git } = world.project;
      const amended = git('commit-tree', `${branch.head}^{tree}`, '-p', branch.head, '-m', 'by a person');
      git('update-ref', branch.ref, amended, branch.head);
    },
  ),
  happening(
    number,
    (n) => `force a branch to its parent (${n})`,
    (n) => (world) => {
      const branch = freeBranch(
        world,
        pick(world, n, (task) => ['review', 'queued', 'pending'].includes(task.status)),
      );
      if (!branch || tryGit(world, 'merge-base', '--is-ancestor', branch.head, 'main').code === 0) return;
      throwAway(world, branch);
      world.project.git('update-ref', branch.ref, `${branch.head}^`, branch.head);
    },
  ),
  happening(
    number,
    (n) => `delete a branch (${n})`,
    (n) => (world) => {
      const branch = freeBranch(
        world,
        pick(world, n, () => true),
      );
      if (!branch) return;
      throwAway(world, branch);
      world.project.git('update-ref', '-d', branch.ref, branch.head);
    },
  ),
  happening(
    fc.constant(0),
    () => 'commit on main by hand',
    () => (world) => {
      const file = `person-${world.commits++}.txt`;
      world.project.write(file, 'by hand\n');
      // A lock that stands there keeps a person from it as well.
      if (tryGit(world, 'add', file).code === 0)
        tryGit(world, 'commit', '--quiet', '-m', `by hand ${file}`, '--', file);
    },
  ),
  happening(
    fc.constant(0),
    () => 'push to main from outside',
    () => (world) => {
      const parent = world.project.git('rev-parse', 'main');
      const checkedOut = tryGit(world, 'symbolic-ref', '--short', 'HEAD').out === 'main';
      // Into a checkout that is on main git itself takes no push.
      if (checkedOut) return;
      const made = world.project.git('commit-tree', `${parent}^{tree}`, '-p', parent, '-m', 'from outside');
      world.project.git('update-ref', 'refs/heads/main', made, parent);
    },
  ),
  happening(
    fc.nat({ max: 99 }),
    (n) => `leave an edit uncommitted (${n})`,
    (n) => (world) => {
      world.edit = `an unfinished line ${n}\n`;
      world.project.write(PERSONS_FILE, world.edit);
    },
  ),
  happening(
    number,
    (n) => `put an untracked file in the way (${n})`,
    (n) => (world) => {
      const task = pick(world, n, (one) => one.status !== 'completed');
      if (task) world.project.write(`own-${task.id}.txt`, 'a person had this\n');
    },
  ),
  happening(
    fc.constant(0),
    () => 'hold index.lock',
    () => (world) => {
      const lock = path.join(world.project.folder, '.git', 'index.lock');
      if (!existsSync(lock)) writeFileSync(lock, '');
    },
  ),
  happening(
    fc.constant(0),
    () => 'let index.lock go',
    () => (world) => letGo(world),
  ),
  happening(
    fc.constant(0),
    () => 'git gc --prune=now',
    () => (world) => {
      tryGit(world, 'gc', '--quiet', '--prune=now');
    },
  ),
  happening(
    number,
    (n) => `delete the folder of a worktree (${n})`,
    (n) => (world) => {
      const root = `${world.project.folder}.steroids`;
      const names = existsSync(root)
        ? readdirSync(root).filter((name) => /^(runner|merge|task)-/.test(name))
        : [];
      const name = names[n % Math.max(1, names.length)];
      if (name) rmSync(path.join(root, name), { recursive: true, force: true });
    },
  ),
  happening(
    fc.constant(0),
    () => 'recover',
    () => (world) => steroids(world, 'recover'),
  ),
];

/** A person takes away what only a person can: an editor's lock, files in the way. */
export function letGo(world: World): void {
  rmSync(path.join(world.project.folder, '.git', 'index.lock'), { force: true });
}
