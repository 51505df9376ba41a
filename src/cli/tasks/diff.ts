import { readDiff } from '../../git/commits.ts';
import { mergeBase, resolveCommit } from '../../git/refs.ts';
import { readMain } from '../../orchestrator/project.ts';
import { branchRef } from '../../task/ids.ts';
import { Problem } from '../../task/problem.ts';
import { command } from '../command.ts';
import { theTask } from '../lookup.ts';

const MAX_CHARS = 50_000_000;

export default command(
  (yargs) =>
    yargs
      .positional('id', { type: 'string', demandOption: true, describe: 'Its id, or the beginning of it' })
      .option('attempt', {
        type: 'boolean',
        default: false,
        describe: 'Only what the current attempt changed',
      }),
  async (args, context) => {
    const project = await context.project();
    const task = await theTask(project, args.id);
    const { git } = project;
    const branch = task.branch === null ? undefined : await resolveCommit(git, branchRef(task.branch));
    const to = branch ?? task.latestCommit ?? undefined;
    if (to === undefined || task.baseCommit === null)
      throw new Problem(
        'user',
        'no-commits',
        `task ${task.id} "${task.title}" has no commits yet`,
        `steroids tasks explain ${task.id}`,
      );
    const base =
      task.landedCommit === null
        ? ((await mergeBase(git, await readMain(project), to)) ?? task.baseCommit)
        : task.baseCommit;
    const from = args.attempt ? (task.attemptBaseCommit ?? base) : base;
    const diff = await readDiff(git, from, to, MAX_CHARS);
    if (diff.cut) context.narrate('steroids: the diff is too long to be shown whole');
    return { data: { id: task.id, from, to, diff: diff.text }, text: diff.text };
  },
);
