import { stopRunners } from '../../orchestrator/stopRunners.ts';
import { getRunner, listRunners } from '../../store/runners.ts';
import { command } from '../command.ts';
import { runnerDocument } from '../documents.ts';
import { theRunner } from '../lookup.ts';

export default command(
  (yargs) =>
    yargs
      .positional('id', { type: 'string', describe: 'Its id, number or runner-N; all when it is left out' })
      .option('now', {
        type: 'boolean',
        default: false,
        describe: 'End its coder; the task goes back and uses up no attempt',
      })
      .option('wait', { type: 'boolean', default: true, describe: 'Until it has ended (--no-wait)' }),
  async (args, context) => {
    const project = await context.project();
    const { db } = project.store;
    const runners = args.id === undefined ? await listRunners(db) : [await theRunner(project, args.id)];
    if (args.wait && runners.some((runner) => runner.state === 'active')) {
      context.narrate(
        args.now ? 'steroids: ending what is under way …' : 'steroids: waiting for what is under way …',
      );
    }
    await stopRunners(project, runners, { now: args.now, wait: args.wait });
    const after = await Promise.all(
      runners.map(async (runner) => (await getRunner(db, runner.id)) ?? runner),
    );
    const lines = after.map(
      (runner) =>
        `runner-${runner.number} (${runner.id}) ${runner.state === 'stopped' ? 'has stopped' : 'is told to stop'}`,
    );
    return {
      data: after.map((runner) => runnerDocument(runner, null)),
      text: lines.length === 0 ? 'No runner is at work.' : lines.join('\n'),
    };
  },
);
