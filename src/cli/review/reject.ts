import { configuredIdentity } from '../../git/worktrees.ts';
import { rejectTask } from '../../orchestrator/decide.ts';
import { getTask } from '../../store/tasks.ts';
import { command } from '../command.ts';
import { taskDocument } from '../documents.ts';
import { theTask } from '../lookup.ts';

export default command(
  (yargs) =>
    yargs
      .positional('id', { type: 'string', demandOption: true, describe: 'Its id, or the beginning of it' })
      .option('reason', {
        type: 'string',
        demandOption: true,
        requiresArg: true,
        describe: 'What the coder is to do about it',
      }),
  async (args, context) => {
    const project = await context.project();
    const task = await theTask(project, args.id);
    const reviewer = (await configuredIdentity(project.git)) ?? 'human';
    await rejectTask(project, task, { reviewer, reason: args.reason });
    const now = (await getTask(project.store.db, task.id)) ?? task;
    const next = now.status === 'pending' ? 'back to a coder' : `${now.status}: ${now.reason}`;
    return { data: taskDocument(now), text: `${task.id}  ${task.title}: rejected, ${next}` };
  },
);
