import { readFileIfThere } from '../../disk/files.ts';
import { followFiles } from '../../disk/follow.ts';
import type { Project } from '../../orchestrator/project.ts';
import { getRunner, type Runner } from '../../store/runners.ts';
import { listOpenSteps } from '../../store/steps.ts';
import { type Context, command } from '../command.ts';
import { theRunner } from '../lookup.ts';

const LOOK_MS = 250;

export default command(
  (yargs) =>
    yargs
      .positional('id', { type: 'string', demandOption: true, describe: 'Its id, number or runner-N' })
      .option('follow', {
        type: 'boolean',
        default: false,
        alias: 'f',
        describe: 'Go on until it ends or Ctrl-C; with --json, one document a line',
      }),
  async (args, context) => {
    const project = await context.project();
    const runner = await theRunner(project, args.id);
    if (args.follow) {
      await follow(context, project, runner);
      return { data: undefined, text: '' };
    }
    const own = (runner.log && (await readFileIfThere(runner.log))) ?? '';
    const log = await stepLog(project, runner);
    const coder = log === undefined ? '' : ((await readFileIfThere(log)) ?? '');
    return {
      data: {
        id: runner.id,
        number: runner.number,
        log: own,
        step: log === undefined ? null : { file: log, log: coder },
      },
      text: coder === '' ? own : `${own}\n${context.style.dim(`── ${log}`)}\n${coder}`,
    };
  },
);

/** The log of what it is at now. */
async function stepLog(project: Project, runner: Runner): Promise<string | undefined> {
  const [step] = await listOpenSteps(project.store.db, { runnerId: runner.id });
  return step?.log ?? undefined;
}

async function follow(context: Context, project: Project, runner: Runner): Promise<void> {
  let stopped = false;
  context.onInterrupt(() => {
    stopped = true;
  });
  const following = followFiles((file, text) => {
    const from = file === runner.log ? 'runner' : 'coder';
    for (const line of text.split('\n').filter(Boolean)) {
      context.emit({ from, file, line }, from === 'runner' ? context.style.bold(line) : line);
    }
  });
  try {
    if (runner.log) following.add(runner.log);
    while (!stopped) {
      const log = await stepLog(project, runner);
      if (log !== undefined) following.add(log);
      const current = await getRunner(project.store.db, runner.id);
      if (!current || current.state === 'stopped') return;
      await context.host.sleep(LOOK_MS);
    }
  } finally {
    await following.close();
  }
}
