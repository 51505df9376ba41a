import { editSection } from '../../orchestrator/editSections.ts';
import { command } from '../command.ts';
import { sectionDocument } from '../documents.ts';
import { theSection } from '../lookup.ts';
import { sectionText } from './options.ts';

export default command(
  (yargs) => yargs.positional('section', { type: 'string', demandOption: true, describe: 'Its name or id' }),
  async (args, context) => {
    const project = await context.project();
    const section = await theSection(project, args.section);
    const edited = await editSection(project, section.id, { skipped: true });
    return { data: sectionDocument(edited), text: sectionText(edited) };
  },
);
