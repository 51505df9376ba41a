import { listTasks } from '../../store/tasks.ts';
import { STATUSES, type Status } from '../../task/status.ts';
import { command } from '../command.ts';
import { taskDocument } from '../documents.ts';
import { theSection } from '../lookup.ts';
import { table } from '../table.ts';
import { statusText } from '../words.ts';

export default command(
  (yargs) =>
    yargs
      .option('status', {
        type: 'string',
        array: true,
        choices: STATUSES,
        describe: 'Only in these statuses',
      })
      .option('section', { type: 'string', requiresArg: true, describe: 'Only of this section' })
      .option('limit', { type: 'number', requiresArg: true, describe: 'At most so many' }),
  async (args, context) => {
    const project = await context.project();
    const section = args.section === undefined ? undefined : await theSection(project, args.section);
    const tasks = await listTasks(project.store.db, {
      ...(args.status === undefined ? {} : { statuses: args.status as Status[] }),
      ...(section === undefined ? {} : { sectionId: section.id }),
      ...(args.limit === undefined ? {} : { limit: args.limit }),
    });
    const { style, terminal } = context;
    const rows = tasks.map((task) => [
      task.id,
      statusText(task.status, style),
      task.attempt === 0 ? '' : String(task.attempt),
      task.section?.name ?? '',
      task.title,
    ]);
    const columns = [
      { name: 'ID' },
      { name: 'STATUS' },
      { name: 'ATTEMPT' },
      { name: 'SECTION' },
      { name: 'TITLE', flexible: true },
    ];
    const text =
      tasks.length === 0 ? 'No tasks.' : table(columns, rows, terminal.columns, (line) => style.dim(line));
    return { data: tasks.map(taskDocument), text };
  },
);
