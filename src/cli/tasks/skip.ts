import { skipTask } from '../../orchestrator/decide.ts';
import { getTask } from '../../store/tasks.ts';
import { command } from '../command.ts';
import { taskDocument } from '../documents.ts';
import { theTask } from '../lookup.ts';

export default command(
  (yargs) =>
    yargs
      .positional('id', { type: 'string', demandOption: true, describe: 'Its id, or the beginning of it' })
      .option('reason', { type: 'string', default: '', describe: 'Why, for its history' }),
  async (args, context) => {
    const project = await context.project();
    const task = await theTask(project, args.id);
    await skipTask(project, task, args.reason);
    const now = (await getTask(project.store.db, task.id)) ?? task;
    const kept = task.attempt > 0 ? `; its commits are archived (steroids archive list ${task.id})` : '';
    return {
      data: taskDocument(now),
      text: `${task.id}  ${task.title}: skipped${kept}. Take it up again: steroids tasks retry ${task.id}`,
    };
  },
);
