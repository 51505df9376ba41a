import { cancelEntry } from '../../orchestrator/decide.ts';
import { getEntry } from '../../store/entries.ts';
import { command } from '../command.ts';
import { entryDocument } from '../documents.ts';
import { theEntry } from '../lookup.ts';

export default command(
  (yargs) =>
    yargs.positional('id', {
      type: 'string',
      demandOption: true,
      describe: "The entry's id or its task's, or the beginning of it",
    }),
  async (args, context) => {
    const project = await context.project();
    const entry = await theEntry(project, args.id);
    await cancelEntry(project, entry);
    const now = (await getEntry(project.store.db, entry.id)) ?? entry;
    const next =
      entry.taskId === null ? '' : `; its task waits for you: steroids tasks explain ${entry.taskId}`;
    return { data: entryDocument(now), text: `${entry.id}  ${entry.title}: out of the queue${next}` };
  },
);
