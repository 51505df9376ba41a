import { listSections, type SectionRow } from '../../store/sections.ts';
import { printable } from '../../task/quote.ts';
import { type Context, command } from '../command.ts';
import { sectionDocument } from '../documents.ts';
import { table, widthOf } from '../table.ts';

export default command(
  (yargs) => yargs,
  async (_args, context) => {
    const project = await context.project();
    const sections = await listSections(project.store.db);
    return { data: sections.map(sectionDocument), text: sectionsText(sections, context) };
  },
);

/** As the specification draws it; the number of runners only where somebody has changed one. */
export function sectionsText(
  sections: readonly SectionRow[],
  { style, terminal }: Pick<Context, 'style' | 'terminal'>,
): string {
  if (sections.length === 0)
    return 'No sections: tasks run beside each other. steroids sections add NAME, or: steroids init --monorepo';
  const counted = sections.some(({ maxRunners }) => maxRunners !== 1);
  const columns = [
    { name: 'ID' },
    { name: 'NAME' },
    { name: 'PATH', flexible: true },
    { name: 'ISOLATED' },
    ...(counted ? [{ name: 'RUNNERS' }] : []),
    { name: 'TASKS' },
  ];
  const rows = sections.map((section) => [
    section.id,
    printable(section.name),
    printable(section.paths.join(' ')),
    section.exclusive ? '⚠ EXCL' : '✓',
    ...(counted ? [String(section.maxRunners)] : []),
    tasksText(section),
  ]);
  const [head = '', ...lines] = table(columns, rows, terminal.columns, (line) => style.dim(line)).split('\n');
  const rule = style.dim('─'.repeat(Math.max(...[head, ...lines].map(widthOf))));
  return ['SECTIONS', rule, head, rule, ...lines].join('\n');
}

/** `2 of 5`: still to do, and all. */
function tasksText({ openTasks, tasks, skipped }: SectionRow): string {
  const number = openTasks === tasks ? String(tasks) : `${openTasks} of ${tasks}`;
  return skipped ? `${number} (skipped)` : number;
}
