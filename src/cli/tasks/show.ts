import { readHistory, type TaskHistory } from '../../orchestrator/history.ts';
import { reviewersNow } from '../../orchestrator/reviewers.ts';
import { type Judges, judgesText } from '../../review/judges.ts';
import { shortSha } from '../../task/ids.ts';
import { printable } from '../../task/quote.ts';
import type { Task } from '../../task/task.ts';
import type { Context } from '../command.ts';
import { command } from '../command.ts';
import { isoTime, taskHistoryDocument } from '../documents.ts';
import { describeEvent } from '../eventText.ts';
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
    const history = await readHistory(project, task);
    const judges = await reviewersNow(project, task);
    return {
      data: { ...taskHistoryDocument(history), reviewers: judges ?? null },
      text: historyText(history, judges, context),
    };
  },
);

function likelyText({ pathsInferred }: Task): string | null {
  return pathsInferred.length === 0 ? null : `${pathsInferred.map(printable).join(', ')} (inferred)`;
}

function historyText(
  history: TaskHistory,
  judges: readonly Judges[] | undefined,
  { style }: Context,
): string {
  const { task } = history;
  const facts: [string, string | null][] = [
    ['status', `${statusText(task.status, style)}${task.reason === null ? '' : ` (${task.reason})`}`],
    ['section', task.section?.name ?? null],
    ['after', history.after.map((before) => `${before.id} (${before.status})`).join(', ') || null],
    ['paths', task.paths.join(', ') || null],
    ['likely', likelyText(task)],
    ['coder', task.coder],
    ['review', judges ? judgesText(judges) : null],
    ['branch', task.branch],
    ['attempt', task.attempt === 0 ? null : String(task.attempt)],
    ['base', task.baseCommit && shortSha(task.baseCommit)],
    ['latest', task.latestCommit && shortSha(task.latestCommit)],
    ['landed', task.landedCommit && shortSha(task.landedCommit)],
  ];
  const lines = [
    style.bold(task.title),
    '',
    `  ${'id'.padEnd(8)}  ${task.id}`,
    ...facts.filter(([, value]) => value !== null).map(([name, value]) => `  ${name.padEnd(8)}  ${value}`),
  ];
  if (task.spec.trim() !== '')
    lines.push(
      '',
      ...task.spec
        .trim()
        .split('\n')
        .map((line) => `  ${line}`),
    );
  if (history.commits.length > 0) {
    lines.push('', 'Commits');
    for (const commit of history.commits) {
      const landed = commit.landedCommit === null ? '' : ` → ${shortSha(commit.landedCommit)}`;
      const subject = commit.message.split('\n', 1)[0];
      lines.push(
        `  ${shortSha(commit.hash)}${landed}  attempt ${commit.attempt}  ${commit.status}  ${subject}  ${style.dim(commit.author)}`,
      );
    }
  }
  lines.push('', 'History');
  for (const event of history.events) {
    lines.push(`  ${style.dim(isoTime(event.at).slice(0, 19).replace('T', ' '))}  ${describeEvent(event)}`);
  }
  const logs = history.attempts.filter((attempt) => attempt.log !== null);
  if (logs.length > 0)
    lines.push('', 'Logs', ...logs.map((attempt) => `  ${attempt.number}  ${attempt.log}`));
  return lines.join('\n');
}
