import { editSection } from '../../orchestrator/editSections.ts';
import { command } from '../command.ts';
import { sectionDocument } from '../documents.ts';
import { theSection } from '../lookup.ts';
import { requireChange } from '../requireChange.ts';
import { sectionOptions, sectionText } from './options.ts';

export default command(
  (yargs) =>
    sectionOptions(
      yargs.positional('section', { type: 'string', demandOption: true, describe: 'Its name or id' }),
    ).option('name', { type: 'string', requiresArg: true, describe: 'Its new name' }),
  async (args, context) => {
    const project = await context.project();
    const section = await theSection(project, args.section);
    const edit = {
      ...(args.name === undefined ? {} : { name: args.name }),
      ...(args.path === undefined ? {} : { paths: args.path }),
      ...(args.exclusive === undefined ? {} : { exclusive: args.exclusive }),
      ...(args['max-runners'] === undefined ? {} : { maxRunners: args['max-runners'] }),
    };
    requireChange(edit, 'steroids sections edit --help');
    const edited = await editSection(project, section.id, edit);
    return { data: sectionDocument(edited), text: sectionText(edited) };
  },
);
