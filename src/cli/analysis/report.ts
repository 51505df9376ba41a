import { precisionOf, recallOf } from '../../analysis/accuracy.ts';
import { type Accuracy, readAccuracy } from '../../orchestrator/accuracy.ts';
import { printable } from '../../task/quote.ts';
import { command } from '../command.ts';
import { table } from '../table.ts';
import { count } from '../words.ts';

export default command(
  (yargs) => yargs,
  async (_args, context) => {
    const report = await readAccuracy((await context.project()).store.db);
    const { style, terminal } = context;
    const columns = [
      { name: 'WHO', flexible: true },
      ...['PREDICTS', 'ASKED', 'PREDICTED', 'RIGHT', 'HAPPENED', 'PRECISION', 'RECALL'].map((name) => ({
        name,
      })),
    ];
    const told = table(columns, report.rows.map(row), terminal.columns, (line) => style.dim(line));
    return {
      data: {
        tasks: report.tasks,
        conflicted: report.conflicted,
        predictions: report.rows.map(({ who, of, judged, score }) => ({
          who,
          of,
          judged,
          ...score,
          precision: precisionOf(score),
          recall: recallOf(score),
        })),
      },
      text: [
        report.rows.length > 0 ? told : NOTHING,
        style.dim(`Of ${count(report.tasks, 'task')} it is known what they have changed.`),
        ...(report.conflicted > 0
          ? [style.dim(`${count(report.conflicted, 'pair of tasks has', 'pairs of tasks have')} conflicted.`)]
          : []),
      ].join('\n'),
    };
  },
);

const NOTHING = 'Nothing was predicted yet of tasks that have ended.';

function row({ who, of, judged, score }: Accuracy): string[] {
  const percent = (share: number | null) => (share === null ? '–' : `${Math.round(share * 100)} %`);
  return [
    printable(who),
    of,
    count(judged, of === 'files' ? 'task' : 'pair'),
    ...[score.predicted, score.right, score.happened].map(String),
    percent(precisionOf(score)),
    percent(recallOf(score)),
  ];
}
