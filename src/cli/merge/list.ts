import { queuePause } from '../../orchestrator/pause.ts';
import { listEntries } from '../../store/entries.ts';
import { shortSha } from '../../task/ids.ts';
import { command } from '../command.ts';
import { entryDocument } from '../documents.ts';
import { table } from '../table.ts';

export default command(
  (yargs) => yargs.option('all', { type: 'boolean', default: false, describe: 'Also what has ended' }),
  async (args, context) => {
    const project = await context.project();
    const entries = await listEntries(project.store.db, { all: args.all });
    const pause = await queuePause(project);
    const { style, terminal } = context;
    const rows = entries.map((entry) => [
      entry.id,
      entry.status,
      entry.branch,
      shortSha(entry.head),
      entry.title + (entry.reason === null ? '' : `: ${entry.reason.split('\n', 1)[0]}`),
    ]);
    const columns = [
      { name: 'ID' },
      { name: 'STATUS' },
      { name: 'BRANCH' },
      { name: 'HEAD' },
      { name: 'TITLE', flexible: true },
    ];
    const lines = [
      ...(pause ? [style.red(`Paused: ${pause.reason}`)] : []),
      entries.length === 0
        ? 'The queue is empty.'
        : table(columns, rows, terminal.columns, (line) => style.dim(line)),
    ];
    return { data: entries.map(entryDocument), text: lines.join('\n') };
  },
);
