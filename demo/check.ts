// Finds out by git, npm and `steroids … --json` whether what the demo claims has happened.

import { existsSync, readdirSync } from 'node:fs';
import { git, gitSays, npm, steroids } from './commands.ts';
import { HOURS, PHONE, RECEIPT, RENAMING, ROUNDING } from './tasks.ts';

/** Of `steroids tasks show ID --json`, what the demo reads. */
export interface ShownTask {
  readonly id: string;
  readonly title: string;
  readonly status: string;
  readonly reason: string | null;
  readonly landedCommit: string | null;
  readonly attempts: readonly {
    readonly outcome: string;
    readonly headCommit: string;
    readonly feedback: { readonly text: string } | null;
    readonly conflict: { readonly files: readonly string[] } | null;
  }[];
  readonly commits: readonly { readonly hash: string; readonly landedCommit: string | null }[];
  readonly rejections: readonly { readonly reason: string }[];
}

export type ShownTasks = ReadonlyMap<string, ShownTask>;

export interface Found {
  /** By title. */
  readonly tasks: ShownTasks;
  /** Sentences; none when all is as it should be. */
  readonly problems: readonly string[];
}

const INTERRUPTED = 130;

/** @param exitCode of `steroids run` */
export function check(repository: string, ids: readonly string[], exitCode: number): Found {
  const shown = ids.map((id) => steroids(repository, ['tasks', 'show', id]) as ShownTask);
  const tasks = new Map(shown.map((task) => [task.title, task]));
  if (exitCode === INTERRUPTED) return { tasks, problems: ['It was interrupted.'] };
  if (exitCode !== 0) {
    const open = shown.filter((task) => task.status !== 'completed').map(describe);
    return { tasks, problems: [`steroids run ended with exit code ${exitCode}.`, ...open] };
  }
  return {
    tasks,
    problems: [
      ...shown.flatMap((task) => checkLanded(repository, task)),
      ...checkMain(repository, shown),
      ...checkLeftovers(repository),
      ...checkConflict(repository, tasks),
      ...checkRejection(tasks),
      ...checkRedOnMain(repository, tasks),
    ],
  };
}

function describe(task: ShownTask): string {
  const because = task.reason === null ? '' : ` (${task.reason.split('\n', 1)[0]})`;
  return `“${task.title}” is ${task.status}${because}.`;
}

function checkLanded(repository: string, task: ShownTask): string[] {
  if (task.status !== 'completed' || task.landedCommit === null) return [describe(task)];
  const onMain = gitSays(repository, 'merge-base', '--is-ancestor', task.landedCommit, 'main');
  return unless(onMain, `“${task.title}” is not on main, though it is said to have landed.`);
}

/** Linear, nothing but what the tasks brought, and green where the user stands. */
function checkMain(repository: string, shown: readonly ShownTask[]): string[] {
  const start = git(repository, 'log', '-1', '--format=%H', '--', '.steroids/config.yaml');
  const brought = new Set(shown.flatMap((task) => task.commits.map((commit) => commit.landedCommit)));
  const stray = git(repository, 'rev-list', `${start}..main`)
    .split('\n')
    .filter((hash) => !brought.has(hash));
  npm(repository, 'ci');
  return [
    ...unless(git(repository, 'rev-list', '--merges', 'main') === '', 'Main is not linear.'),
    ...unless(stray.length === 0, `Main has commits of no task: ${stray.join(', ')}.`),
    ...unless(passes(repository), 'The tests fail on main.'),
    ...unless(git(repository, 'status', '--porcelain') === '', 'The checkout of main is not clean.'),
  ];
}

function passes(repository: string): boolean {
  try {
    npm(repository, 'test');
    return true;
  } catch {
    return false; // that is the answer
  }
}

function checkLeftovers(repository: string): string[] {
  const worktrees = git(repository, 'worktree', 'list', '--porcelain').match(/^worktree /gm) ?? [];
  const branches = git(repository, 'for-each-ref', '--format=%(refname:short)', 'refs/heads').split('\n');
  const root = `${repository}.steroids`;
  const folders = existsSync(root) ? readdirSync(root) : [];
  return [
    ...unless(worktrees.length === 1, `${worktrees.length - 1} worktrees are left over.`),
    ...unless(branches.join() === 'main', `Branches are left over: ${branches.join(', ')}.`),
    ...unless(folders.length === 0, `${root} is not empty: ${folders.join(', ')}.`),
  ];
}

function checkConflict(repository: string, tasks: ShownTasks): string[] {
  const [first, ...later] = tasks.get(PHONE)?.attempts ?? [];
  const file = 'packages/web/src/footer.js';
  const text = git(repository, 'show', `main:${file}`);
  const happened =
    tasks.get(HOURS)?.attempts.length === 1 &&
    first?.outcome === 'conflicted' &&
    first.conflict?.files.includes(file) === true &&
    later.at(-1)?.outcome === 'landed';
  return [
    ...unless(happened, `“${PHONE}” did not conflict with “${HOURS}” and land on a later attempt.`),
    ...unless(/Open/.test(text) && /Call/.test(text), `${file} does not hold both sides of the conflict.`),
  ];
}

function checkRejection(tasks: ShownTasks): string[] {
  const task = tasks.get(ROUNDING);
  const happened =
    task?.attempts[0]?.outcome === 'rejected' &&
    task.attempts.at(-1)?.outcome === 'landed' &&
    /has no test/.test(task.rejections[0]?.reason ?? '');
  return unless(happened, `“${ROUNDING}” was not rejected for want of a test and landed with one.`);
}

/** Its coder ran the tests before it ended, so the first attempt was green where it began: without the renaming. */
function checkRedOnMain(repository: string, tasks: ShownTasks): string[] {
  const [first, ...later] = tasks.get(RECEIPT)?.attempts ?? [];
  const renamed = tasks.get(RENAMING)?.landedCommit ?? 'main';
  const happened =
    first?.outcome === 'broken' &&
    /does not provide an export named 'total'/.test(first.feedback?.text ?? '') &&
    !gitSays(repository, 'merge-base', '--is-ancestor', renamed, first.headCommit) &&
    later.at(-1)?.outcome === 'landed';
  const text = git(repository, 'show', `main:packages/api/src/receipt.js`);
  return [
    ...unless(happened, `“${RECEIPT}” did not break on top of “${RENAMING}” and land on a later attempt.`),
    ...unless(!/\btotal\(/.test(text), 'The receipt on main still calls total().'),
  ];
}

function unless(holds: boolean, sentence: string): string[] {
  return holds ? [] : [sentence];
}
