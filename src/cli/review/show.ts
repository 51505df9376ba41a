import { readDiff } from '../../git/commits.ts';
import { summarizeDiff } from '../../git/porcelain.ts';
import { mergeBase } from '../../git/refs.ts';
import { composeDossier } from '../../orchestrator/dossier.ts';
import { readHistory, type TaskHistory } from '../../orchestrator/history.ts';
import { readMain } from '../../orchestrator/project.ts';
import { drawHistory } from '../../review/history.ts';
import { type Sha, shortSha } from '../../task/ids.ts';
import { Problem } from '../../task/problem.ts';
import { command } from '../command.ts';
import { taskHistoryDocument } from '../documents.ts';
import { theTask } from '../lookup.ts';
import { statusText } from '../words.ts';

const MAX_DIFF = 400_000;

export default command(
  (yargs) =>
    yargs
      .positional('id', { type: 'string', demandOption: true, describe: 'Its id, or the beginning of it' })
      .option('diff', { type: 'boolean', default: true, describe: 'The diff below the history (--no-diff)' })
      .option('dossier', {
        type: 'boolean',
        default: false,
        describe: 'Exactly what an agent would be given to review',
      }),
  async (args, context) => {
    const project = await context.project();
    const task = await theTask(project, args.id);
    const history = await readHistory(project, task);
    const attempt = history.attempts.at(-1);
    if (attempt === undefined)
      throw new Problem(
        'user',
        'no-commits',
        `task ${task.id} "${task.title}" was not coded yet`,
        `steroids tasks explain ${task.id}`,
      );
    const main = await readMain(project);
    const head = task.landedCommit === null ? attempt.headCommit : task.landedCommit;
    const base =
      task.landedCommit === null ? ((await mergeBase(project.git, main, head)) ?? main) : attempt.baseCommit;
    const dossier = await composeDossier(project, task, attempt, attempt.headCommit, main);
    if (args.dossier) return { data: { id: task.id, dossier }, text: dossier };
    const from = attempt.attemptBaseCommit;
    const summary = await summarizeDiff(project.git, from, attempt.headCommit);
    const drawn = drawHistory({
      title: task.title,
      status: statusText(task.status, context.style),
      attempts: attemptsOf(history),
      current: { base: from, baseIs: baseIs(history, base), tip: attempt.headCommit, ...summary },
    });
    const diff = await readDiff(project.git, base, head, MAX_DIFF);
    const next =
      task.status === 'review' || task.status === 'disputed'
        ? [
            '',
            `steroids review approve ${task.id} --commit ${shortSha(attempt.headCommit)}`,
            ...(task.status === 'review' ? [`steroids review reject ${task.id} --reason "…"`] : []),
          ]
        : [];
    const shown = args.diff && diff.text !== '' ? ['', diff.text.trimEnd()] : [];
    return {
      data: { ...taskHistoryDocument(history), head: attempt.headCommit, base, summary, diff: diff.text },
      text: [drawn, ...shown, ...next].join('\n'),
    };
  },
);

function attemptsOf(history: TaskHistory) {
  return history.attempts.map((attempt) => ({
    number: attempt.number,
    outcome: attempt.outcome,
    commits: history.commits.filter((commit) => commit.attempt === attempt.number),
    reason: attempt.feedback?.text ?? null,
    findings: history.rejections
      .filter((rejection) => rejection.attempt === attempt.number)
      .flatMap((rejection) => rejection.findings),
  }));
}

function baseIs(history: TaskHistory, base: Sha): string {
  const last = history.attempts.at(-1);
  return last && last.attemptBaseCommit !== base && last.number > 1
    ? `where attempt #${last.number} began`
    : 'where the task began';
}
