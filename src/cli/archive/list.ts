import { type Archive, listArchives, measureArchives } from '../../orchestrator/archives.ts';
import { shortSha } from '../../task/ids.ts';
import { slotNumber } from '../../worktree/layout.ts';
import { command } from '../command.ts';
import { archiveDocument } from '../documents.ts';
import { theTaskId } from '../lookup.ts';
import { table } from '../table.ts';
import { count, duration, statusText } from '../words.ts';
import { holdingText, whyArchived } from './words.ts';

const COLUMNS = [
  { name: 'ID' },
  { name: 'TASK' },
  { name: 'STATUS' },
  { name: 'AGE' },
  { name: 'COMMIT' },
  { name: 'KEEPS' },
  { name: 'WHY' },
  { name: 'TITLE', flexible: true },
];

export default command(
  (yargs) =>
    yargs
      .positional('task', {
        type: 'string',
        describe: "Only of this task (its id, or the beginning of it), or of a slot: 'runner-1'",
      })
      .option('all', {
        type: 'boolean',
        default: false,
        describe: 'Also what checks and reviewers left behind in the worktrees of the queue and of reviews',
      }),
  async (args, context) => {
    const project = await context.project();
    const all = await listArchives(project);
    const { task } = args;
    const owner =
      task === undefined || slotNumber(task) !== undefined || all.some((archive) => archive.owner === task)
        ? task
        : await theTaskId(project, task);
    const asked = all.filter((archive) => owner === undefined || archive.owner === owner);
    const archives = owner !== undefined || args.all ? asked : asked.filter(isWork);
    const holdings = await measureArchives(project, archives);
    const { style, terminal, host } = context;
    const rows = archives.map((archive) => {
      const holding = holdings.get(archive);
      return [
        archive.id,
        archive.owner,
        archive.task ? statusText(archive.task.status, style) : '',
        duration(host.now() - archive.at),
        shortSha(archive.commit),
        holding ? holdingText(holding) : '',
        whyArchived(archive),
        archive.task?.title ?? '',
      ];
    });
    const text = [
      archives.length === 0
        ? `Nothing ${owner === undefined ? '' : `of ${owner} `}is archived.`
        : table(COLUMNS, rows, terminal.columns, (line) => style.dim(line)),
      ...hiddenText(asked.length - archives.length).map((line) => style.dim(line)),
    ].join('\n');
    const data = archives.map((archive) => ({ ...archiveDocument(archive), ...holdings.get(archive) }));
    return { data, text };
  },
);

/** Every check may leave something behind; among it a person would look for lost work in vain. */
const isWork = ({ place }: Archive) => place === 'repository';

function hiddenText(number: number): string[] {
  if (number === 0) return [];
  const what = `${count(number, 'archive')} of what checks and reviewers left behind`;
  return [`Not shown: ${what}: steroids archive list --all`];
}
