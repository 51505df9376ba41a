import type { Overview } from '../orchestrator/overview.ts';
import { readOverview } from '../orchestrator/overview.ts';
import { shortSha } from '../task/ids.ts';
import { printable } from '../task/quote.ts';
import { STATUSES } from '../task/status.ts';
import { clashText } from './clashText.ts';
import { type Context, command } from './command.ts';
import { entryDocument, flakyDocument, isoTime, runnerDocument, stateOf, taskDocument } from './documents.ts';
import { remedy } from './summary.ts';
import { count, duration, flakyText, statusText } from './words.ts';

export default command(
  (yargs) => yargs,
  async (_args, context) => {
    const overview = await readOverview(await context.project());
    return { data: document(overview), text: text(overview, context) };
  },
);

function document(overview: Overview) {
  const works = new Map(overview.steps.map((step) => [step.runnerId, step]));
  return {
    main: overview.main,
    paused: overview.pause?.reason ?? null,
    budget: overview.budget && { ...overview.budget, until: isoTime(overview.budget.until) },
    pressure: overview.pressure,
    heldBack: overview.heldBack,
    counts: Object.fromEntries(overview.counts),
    runners: overview.runners.map((runner) => {
      const step = works.get(runner.id);
      return runnerDocument(
        runner,
        step ? { task: step.taskId, step: step.kind, attempt: step.attempt } : null,
      );
    }),
    underWay: overview.underWay.map(taskDocument),
    queue: overview.queue.map(entryDocument),
    waiting: overview.waiting.map((task) => ({ ...taskDocument(task), next: remedy(task) })),
    flaky: overview.flaky.map(flakyDocument),
    fileLocks: overview.files.map(({ path, exact, taskId, runnerId, since, contested }) => ({
      path,
      changed: exact,
      task: taskId,
      runner: runnerId,
      since: isoTime(since),
      contested,
    })),
    conflicts: overview.conflicts.map(({ since, ...conflict }) => ({ ...conflict, since: isoTime(since) })),
  };
}

const SHOWN = 10;

function text(overview: Overview, context: Context): string {
  const { style, host } = context;
  const counts = STATUSES.filter((status) => (overview.counts.get(status) ?? 0) > 0).map(
    (status) => `${overview.counts.get(status)} ${statusText(status, style)}`,
  );
  const main = overview.main.commit === null ? style.red('(missing)') : shortSha(overview.main.commit);
  const lines = [
    `${style.bold(overview.main.branch)} at ${main}`,
    `Tasks    ${counts.length > 0 ? counts.join(', ') : 'none yet: steroids tasks add "Title"'}`,
  ];
  if (overview.pause)
    lines.push(
      style.red(`Queue    paused: ${overview.pause.reason}`),
      '         → steroids merge run, once that is mended',
    );
  else if (overview.queue.length > 0) {
    const [first] = overview.queue;
    lines.push(
      `Queue    ${count(overview.queue.length, 'entry', 'entries')}; first: “${first?.title}” ${first?.status}${first?.reason ? ` (${first.reason})` : ''}`,
    );
  }
  if (overview.budget)
    lines.push(
      style.red(`Budget   no coder or reviewer is started: ${overview.budget.reason}`),
      '         → steroids inbox',
    );
  if (overview.pressure)
    lines.push(style.yellow(`Pressure no further coder is started: ${overview.pressure}`));
  if (overview.heldBack > 0)
    lines.push(
      `Held     ${count(overview.heldBack, 'pending task is', 'pending tasks are')} kept apart from what is under way: steroids tasks explain ID`,
    );
  if (overview.runners.length === 0) lines.push('Runners  none at work');
  for (const runner of overview.runners) {
    const step = overview.steps.find((open) => open.runnerId === runner.id);
    const task = step && overview.underWay.find((one) => one.id === step.taskId);
    const doing = step
      ? `${step.kind === 'code' ? 'codes' : 'reviews'} ${step.taskId} “${task?.title ?? '?'}” (attempt ${step.attempt}, ${duration(host.now() - step.startedAt)})`
      : 'looks for a task';
    const state = stateOf(runner);
    lines.push(
      `${`runner-${runner.number}`.padEnd(9)}${state === 'active' ? doing : `${state}; ${doing}`}${runner.section ? ` · section “${runner.section.name}”` : ''}`,
    );
  }
  lines.push(...fileLines(overview.files).map((line, index) => (index === 0 ? line : style.yellow(line))));
  if (overview.flaky.length > 0)
    lines.push(style.yellow(`Flaky    ${flakyText(overview.flaky)}: red once, green on the second try`));
  for (const conflict of overview.conflicts.slice(0, SHOWN))
    lines.push(style.yellow(`Conflict ${conflictLine(conflict, overview)}`));
  if (overview.conflicts.length > SHOWN)
    lines.push(`         … and ${overview.conflicts.length - SHOWN} more: steroids runners conflicts`);
  if (overview.waiting.length > 0) {
    lines.push('', 'Waits for a person:');
    for (const task of overview.waiting.slice(0, SHOWN)) {
      const { takenOver } = task;
      const since =
        takenOver === null ? '' : ` ${duration(host.now() - takenOver.since)} ago, ${takenOver.path ?? ''}`;
      const why = task.reason === null ? '' : `: ${task.reason.split('\n', 1)[0]}${since}`;
      lines.push(
        `  ${task.id}  ${statusText(task.status, style)}  ${task.title}${why}`,
        `            → ${remedy(task)}`,
      );
    }
    if (overview.waiting.length > SHOWN) lines.push(`  … and ${overview.waiting.length - SHOWN} more`);
  }
  return lines.join('\n');
}

/** How many are locked, and which of them two have changed. */
function fileLines(files: Overview['files']): string[] {
  if (files.length === 0) return [];
  const tasks = new Set(files.map(({ taskId }) => taskId)).size;
  const contested = files.filter((file) => file.contested.length > 0);
  return [
    `Files    ${count(files.length, 'path')} locked by ${count(tasks, 'task')}: steroids locks list`,
    ...contested
      .slice(0, SHOWN)
      .map(
        ({ path, taskId, contested: by }) =>
          `         ${taskId} changes ${printable(path)}, which ${by.join(' and ')} had first`,
      ),
    ...(contested.length > SHOWN ? [`         … and ${contested.length - SHOWN} more`] : []),
  ];
}

function conflictLine({ one, other, ...clash }: Overview['conflicts'][number], overview: Overview): string {
  const tasks = [...overview.underWay, ...overview.waiting];
  const name = (id: string) => `${id} “${tasks.find((task) => task.id === id)?.title ?? '?'}”`;
  return `${name(one)} and ${name(other)}: ${clashText(clash, 3)}`;
}
