import { readTaskFile } from '../../config/taskFile.ts';
import { importTasks } from '../../orchestrator/importTasks.ts';
import { command } from '../command.ts';
import { theSection } from '../lookup.ts';
import { count } from '../words.ts';
import { readSpec } from './options.ts';

export default command(
  (yargs) =>
    yargs
      .positional('file', {
        type: 'string',
        demandOption: true,
        describe: 'Markdown (.md), YAML (.yaml, .yml) or JSON; - for Markdown on standard input',
      })
      .option('section', { type: 'string', requiresArg: true, describe: 'For items that name none' }),
  async (args, context) => {
    const project = await context.project();
    const section = args.section === undefined ? null : await theSection(project, args.section);
    const items = readTaskFile(await readSpec(context, args.file), args.file);
    const headings = !/\.(ya?ml|json)$/i.test(args.file);
    const { ids, notes } = await importTasks(project, items, { sectionId: section?.id ?? null, headings });
    for (const note of notes) context.narrate(`steroids: ${note}`);
    const lines = [...ids.map(({ id, title }) => `${id}  ${title}`), `${count(ids.length, 'task')} added`];
    return { data: ids, text: lines.join('\n') };
  },
);
