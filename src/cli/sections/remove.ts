import { removeSection } from '../../orchestrator/editSections.ts';
import { command } from '../command.ts';
import { theSection } from '../lookup.ts';

export default command(
  (yargs) => yargs.positional('section', { type: 'string', demandOption: true, describe: 'Its name or id' }),
  async (args, context) => {
    const project = await context.project();
    const section = await theSection(project, args.section);
    await removeSection(project, section);
    return { data: { id: section.id }, text: `${section.id}  ${section.name}: removed` };
  },
);
