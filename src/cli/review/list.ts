import { listOpenSteps } from '../../store/steps.ts';
import { listTasks } from '../../store/tasks.ts';
import { shortSha } from '../../task/ids.ts';
import { command } from '../command.ts';
import { taskDocument } from '../documents.ts';
import { table } from '../table.ts';
import { statusText } from '../words.ts';

export default command(
  (yargs) => yargs,
  async (_args, context) => {
    const project = await context.project();
    const tasks = await listTasks(project.store.db, { statuses: ['review', 'disputed'] });
    const reviewed = new Set((await listOpenSteps(project.store.db)).map((step) => step.taskId));
    const { style, terminal } = context;
    const rows = tasks.map((task) => [
      task.id,
      statusText(task.status, style),
      reviewed.has(task.id) ? 'a reviewer reads it' : 'a person',
      task.latestCommit === null ? '' : shortSha(task.latestCommit),
      task.title + (task.reason === null ? '' : `: ${task.reason.split('\n', 1)[0]}`),
    ]);
    const columns = [
      { name: 'ID' },
      { name: 'STATUS' },
      { name: 'WAITS FOR' },
      { name: 'COMMIT' },
      { name: 'TITLE', flexible: true },
    ];
    const text =
      tasks.length === 0
        ? 'Nothing waits for a review.'
        : table(columns, rows, terminal.columns, (line) => style.dim(line));
    const data = tasks.map((task) => ({ ...taskDocument(task), beingReviewed: reviewed.has(task.id) }));
    return { data, text };
  },
);
