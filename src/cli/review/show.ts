import { listLog, readDiff } from '../../git/commits.ts';
import { summarizeDiff } from '../../git/porcelain.ts';
import { readRemade } from '../../git/remade.ts';
import { readApproval } from '../../orchestrator/approval.ts';
import { composeConfirmation, doneQuestion } from '../../orchestrator/confirmDone.ts';
import { composeDossier } from '../../orchestrator/dossier.ts';
import { readHistory, type TaskHistory } from '../../orchestrator/history.ts';
import { type Project, readMain } from '../../orchestrator/project.ts';
import { reviewersNow } from '../../orchestrator/reviewers.ts';
import { namesOf, notesOf, whatLands } from '../../orchestrator/whatLands.ts';
import { drawHistory } from '../../review/history.ts';
import { judgesText } from '../../review/judges.ts';
import { type Sha, shortSha } from '../../task/ids.ts';
import { Problem } from '../../task/problem.ts';
import type { Task } from '../../task/task.ts';
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
    const lands = task.landedCommit === null ? await landing(project, task, head, main) : undefined;
    const base = lands?.from ?? attempt.baseCommit;
    const approval = await readApproval(project, history);
    const asked = await doneQuestion(project, task);
    if (args.dossier) {
      const dossier = asked
        ? await composeConfirmation(project, task, asked)
        : await composeDossier(project, task, attempt, attempt.headCommit, main);
      return { data: { id: task.id, dossier }, text: dossier };
    }
    const from = attempt.attemptBaseCommit;
    const summary = await summarizeDiff(project.git, from, attempt.headCommit);
    const drawn = drawHistory({
      title: task.title,
      status: statusText(task.status, context.style),
      attempts: attemptsOf(history),
      current: { base: from, baseIs: baseIs(history, base), tip: attempt.headCommit, ...summary },
    });
    const diff = await readDiff(project.git, base, lands?.to ?? head, MAX_DIFF);
    const altered = lands?.altered ?? [];
    const remade = task.landedCommit === null ? undefined : await readRemade(project.git, task.landedCommit);
    const judges = await reviewersNow(project, task);
    const notes = [
      ...(judges ? [`Reviewed by ${judgesText(judges)}.`] : []),
      ...(approval ? [approval.sentence] : []),
      ...(altered.length === 0
        ? []
        : [
            `The diff is of its replay onto ${project.main}, which is other lines than the branch's in ${namesOf(altered)}.`,
          ]),
      ...(lands ? notesOf(project.main, lands) : []),
      ...(remade
        ? [`On ${project.main}, in a commit of its own, without running scripts: ${remade.said}.`]
        : []),
      ...(asked ? [`Its coder says that ${project.main} has it already: ${asked.text}`] : []),
    ];
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
      data: {
        ...taskHistoryDocument(history),
        head: attempt.headCommit,
        base,
        summary,
        diff: diff.text,
        altered,
        lockfiles: { stale: lands?.stale ?? [], remade: remade?.said ?? null },
        approval: approval ?? null,
        reviewers: judges ?? null,
      },
      text: [drawn, ...notes.flatMap((note) => ['', note]), ...shown, ...next].join('\n'),
    };
  },
);

/** What lands of a branch that somebody may yet judge. */
async function landing(project: Project, task: Task, head: Sha, main: Sha) {
  const judged = ['review', 'disputed', 'queued', 'verifying'].includes(task.status);
  const commits = judged ? await listLog(project.git, [`${main}..${head}`]) : [];
  return await whatLands(project, main, head, commits);
}

function attemptsOf(history: TaskHistory) {
  return history.attempts.map((attempt) => ({
    number: attempt.number,
    outcome: attempt.outcome,
    outside: attempt.outcome === 'rejected' && attempt.feedback?.kind === 'outside',
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
