import { retryTask } from '../../orchestrator/decide.ts';
import { getTask } from '../../store/tasks.ts';
import { command } from '../command.ts';
import { taskDocument } from '../documents.ts';
import { theTask } from '../lookup.ts';

export default command(
  (yargs) =>
    yargs
      .positional('id', { type: 'string', demandOption: true, describe: 'Its id, or the beginning of it' })
      .option('fresh', {
        type: 'boolean',
        default: false,
        describe: 'Begin again from main; the commits so far are archived',
      })
      .option('note', { type: 'string', default: '', describe: 'A word for the coder' }),
  async (args, context) => {
    const project = await context.project();
    const task = await theTask(project, args.id);
    await retryTask(project, task, { fresh: args.fresh, note: args.note });
    const now = (await getTask(project.store.db, task.id)) ?? task;
    const from = args.fresh ? 'from main, ' : '';
    return {
      data: taskDocument(now),
      text: `${task.id}  ${task.title}: pending again, ${from}attempt ${task.attempt + 1}, all bounds counted anew`,
    };
  },
);
