import { listSections } from '../../store/sections.ts';
import { command } from '../command.ts';
import { sectionDocument } from '../documents.ts';
import { table } from '../table.ts';

export default command(
  (yargs) => yargs,
  async (_args, context) => {
    const project = await context.project();
    const sections = await listSections(project.store.db);
    const { style, terminal } = context;
    const rows = sections.map((section) => [
      section.id,
      section.name,
      section.exclusive ? '⚠ EXCL' : 'ISOLATED ✓',
      String(section.maxRunners),
      `${section.openTasks} of ${section.tasks}`,
      [section.skipped ? '(skipped)' : '', ...section.paths].filter(Boolean).join(' '),
    ]);
    const columns = [
      { name: 'ID' },
      { name: 'NAME' },
      { name: 'KIND' },
      { name: 'RUNNERS' },
      { name: 'OPEN' },
      { name: 'PATHS', flexible: true },
    ];
    const text =
      sections.length === 0
        ? 'No sections: tasks run beside each other. steroids sections add NAME'
        : table(columns, rows, terminal.columns, (line) => style.dim(line));
    return { data: sections.map(sectionDocument), text };
  },
);
