import { resolveCommit } from '../../git/refs.ts';
import { configuredIdentity } from '../../git/worktrees.ts';
import { approveTask } from '../../orchestrator/decide.ts';
import { getTask } from '../../store/tasks.ts';
import { shortSha } from '../../task/ids.ts';
import { Problem } from '../../task/problem.ts';
import { command } from '../command.ts';
import { taskDocument } from '../documents.ts';
import { EXIT } from '../exit.ts';
import { theTask } from '../lookup.ts';

export default command(
  (yargs) =>
    yargs
      .positional('id', { type: 'string', demandOption: true, describe: 'Its id, or the beginning of it' })
      .option('commit', {
        type: 'string',
        requiresArg: true,
        describe: 'The commit that you looked at; refused when the branch is elsewhere',
      })
      .option('reason', { type: 'string', default: '', describe: 'A word for the history' }),
  async (args, context) => {
    const project = await context.project();
    const task = await theTask(project, args.id);
    const commit = args.commit === undefined ? undefined : await resolveCommit(project.git, args.commit);
    if (args.commit !== undefined && commit === undefined)
      throw new Problem(
        'user',
        'unknown-commit',
        `there is no commit "${args.commit}"`,
        `steroids review show ${task.id}`,
      );
    const reviewer = (await configuredIdentity(project.git)) ?? 'human';
    const approval = await approveTask(project, task, { reviewer, commit, reason: args.reason });
    const now = (await getTask(project.store.db, task.id)) ?? task;
    if (approval.kind === 'confirmed')
      return {
        data: taskDocument(now),
        text: `${task.id}  ${task.title}: completed; ${project.main} has it as ${shortSha(approval.commit)}`,
      };
    if (approval.kind === 'approved') {
      const beside = approval.beside.map(
        (sentence) => `\n${sentence}. It lands all the same; what lands later is replayed onto it.`,
      );
      return {
        data: taskDocument(now),
        text: `${task.id}  ${task.title}: approved at ${shortSha(approval.commit)}, and queued. A runner lands it, or: steroids merge run${beside.join('')}`,
      };
    }
    return {
      data: taskDocument(now),
      text: `${task.id}  ${task.title}: not approved: ${approval.reason}`,
      exitCode: EXIT.waiting,
    };
  },
);
