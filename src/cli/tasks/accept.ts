import { acceptProposal } from '../../orchestrator/proposals.ts';
import { getTask } from '../../store/tasks.ts';
import { command } from '../command.ts';

export default command(
  (yargs) =>
    yargs.positional('number', { type: 'number', demandOption: true, describe: 'As `steroids inbox` says' }),
  async (args, context) => {
    const project = await context.project();
    const id = await acceptProposal(project, args.number);
    const task = await getTask(project.store.db, id);
    return { data: { id }, text: `added ${id}  ${task?.title}` };
  },
);
