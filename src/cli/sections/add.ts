import { addSection } from '../../orchestrator/editSections.ts';
import { command } from '../command.ts';
import { sectionDocument } from '../documents.ts';
import { sectionOptions, sectionText } from './options.ts';

export default command(
  (yargs) =>
    sectionOptions(yargs.positional('name', { type: 'string', demandOption: true, describe: 'Its name' })),
  async (args, context) => {
    const section = await addSection(await context.project(), {
      name: args.name,
      paths: args.path ?? [],
      exclusive: args.exclusive ?? false,
      maxRunners: args['max-runners'] ?? 1,
    });
    return { data: sectionDocument(section), text: sectionText(section) };
  },
);
