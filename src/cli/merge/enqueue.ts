import { enqueueBranch } from '../../orchestrator/enqueue.ts';
import { shortSha } from '../../task/ids.ts';
import { command } from '../command.ts';
import { entryDocument } from '../documents.ts';
import { count } from '../words.ts';

export default command(
  (yargs) =>
    yargs
      .positional('branch', { type: 'string', demandOption: true, describe: 'A branch of this repository' })
      .option('priority', { type: 'number', default: 0, describe: 'Higher goes first' }),
  async (args, context) => {
    const project = await context.project();
    const { entry, ahead } = await enqueueBranch(project, args.branch, args.priority);
    const place = ahead === 0 ? 'next in the queue' : `behind ${count(ahead, 'entry', 'entries')}`;
    return {
      data: entryDocument(entry),
      text: `${entry.id}  ${entry.branch} at ${shortSha(entry.head)} is ${place}. Land it: steroids merge run`,
    };
  },
);
