import { explainTask } from '../../orchestrator/explain.ts';
import { command } from '../command.ts';
import { theTask } from '../lookup.ts';
import { statusText } from '../words.ts';

export default command(
  (yargs) =>
    yargs.positional('id', {
      type: 'string',
      demandOption: true,
      describe: 'Its id, or the beginning of it',
    }),
  async (args, context) => {
    const project = await context.project();
    const task = await theTask(project, args.id);
    const reasons = await explainTask(project, task);
    const lines = [`${task.id}  ${statusText(task.status, context.style)}  ${task.title}`];
    for (const { sentence, remedy } of reasons) {
      lines.push(`  • ${sentence}`);
      if (remedy !== null) lines.push(`    → ${remedy}`);
    }
    return { data: { id: task.id, status: task.status, reasons }, text: lines.join('\n') };
  },
);
