import { readRemade } from '../../git/remade.ts';
import { queuePause } from '../../orchestrator/pause.ts';
import { type Entry, listEntries } from '../../store/entries.ts';
import { listFlaky } from '../../store/verifications.ts';
import { shortSha } from '../../task/ids.ts';
import { command } from '../command.ts';
import { entryDocument, flakyDocument } from '../documents.ts';
import { table } from '../table.ts';
import { flakyText } from '../words.ts';

export default command(
  (yargs) => yargs.option('all', { type: 'boolean', default: false, describe: 'Also what has ended' }),
  async (args, context) => {
    const project = await context.project();
    const entries = await listEntries(project.store.db, { all: args.all });
    const pause = await queuePause(project);
    const flaky = await listFlaky(project.store.db);
    const flakyOf = (entry: Entry) =>
      flaky.filter((one) => one.entryIds.includes(entry.id)).map(flakyDocument);
    const remade = await Promise.all(
      entries.map(async ({ candidate }) => candidate && (await readRemade(project.git, candidate))?.said),
    );
    const { style, terminal } = context;
    const rows = entries.map((entry, index) => [
      entry.id,
      entry.status,
      entry.branch,
      shortSha(entry.head),
      entry.title +
        (remade[index] ? ` (${remade[index]})` : '') +
        (entry.reason === null ? '' : `: ${entry.reason.split('\n', 1)[0]}`),
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
      ...(flaky.length > 0
        ? [style.yellow(`Flaky (red once, green on the second try): ${flakyText(flaky)}`)]
        : []),
    ];
    const data = entries.map((entry, index) => ({
      ...entryDocument(entry),
      flaky: flakyOf(entry),
      remade: remade[index] ?? null,
    }));
    return { data, text: lines.join('\n') };
  },
);
