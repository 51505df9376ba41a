import { initialize } from '../orchestrator/init.ts';
import { command } from './command.ts';

export default command(
  (yargs) =>
    yargs
      .option('commit', {
        type: 'boolean',
        default: false,
        describe: 'Commit .steroids/config.yaml on main, and nothing else',
      })
      .option('main', { type: 'string', describe: 'The branch that tasks land on', requiresArg: true }),
  async (args, context) => {
    const done = await initialize(context.host, { main: args.main, commit: args.commit });
    const lines =
      done.did.length > 0 ? done.did.map((what) => `✓ ${what}`) : ['Everything is set up already.'];
    lines.push(
      done.committed
        ? `Tasks land on "${done.main}". Next: steroids tasks add "Title", then: steroids run`
        : `Next: look at ${done.config}, name your coder there, and commit it on "${done.main}" (steroids init --commit).`,
    );
    return { data: done, text: lines.join('\n') };
  },
);
