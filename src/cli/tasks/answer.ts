import { answerTask } from '../../orchestrator/decide.ts';
import { getTask } from '../../store/tasks.ts';
import { command } from '../command.ts';
import { taskDocument } from '../documents.ts';
import { theTask } from '../lookup.ts';

export default command(
  (yargs) =>
    yargs
      .positional('id', { type: 'string', demandOption: true, describe: 'Its id, or the beginning of it' })
      .positional('answer', { type: 'string', demandOption: true, describe: 'For its coder' }),
  async (args, context) => {
    const project = await context.project();
    const task = await theTask(project, args.id);
    await answerTask(project, task, args.answer);
    const now = (await getTask(project.store.db, task.id)) ?? task;
    return {
      data: taskDocument(now),
      text: `${task.id}  ${task.title}: pending again, with your answer for attempt ${task.attempt + 1}`,
    };
  },
);
