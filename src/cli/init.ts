import { initialize } from '../orchestrator/init.ts';
import { Problem } from '../task/problem.ts';
import { command } from './command.ts';
import { ANALYSTS } from './structure/analyst.ts';
import { initMonorepo } from './structure/initMonorepo.ts';

export default command(
  (yargs) =>
    yargs
      .option('commit', {
        type: 'boolean',
        default: false,
        describe: 'Commit .steroids/config.yaml (and structure.yaml) on main, and nothing else',
      })
      .option('main', { type: 'string', describe: 'The branch that tasks land on', requiresArg: true })
      .option('monorepo', {
        type: 'boolean',
        default: false,
        describe: 'Look at what the repository is made of, and write .steroids/structure.yaml and sections',
      })
      .option('yes', { type: 'boolean', default: false, alias: 'y', describe: 'With --monorepo: do not ask' })
      .option('analyst', {
        choices: ANALYSTS,
        default: 'none' as const,
        describe:
          'With --monorepo: whom to ask about names, kinds and boundaries, on top of what the files say',
      })
      .option('dry-run', {
        type: 'boolean',
        default: false,
        describe: 'With --monorepo: only show what was found',
      }),
  async (args, context) => {
    const { main, commit, monorepo, yes, analyst, 'dry-run': dryRun } = args;
    if (monorepo) return await initMonorepo(context, { main, commit, yes, dryRun, analyst });
    if (yes || dryRun || analyst !== 'none') {
      const option = yes ? '--yes' : dryRun ? '--dry-run' : `--analyst ${analyst}`;
      throw new Problem(
        'user',
        'usage',
        `${option} goes with --monorepo`,
        `steroids init --monorepo ${option}`,
      );
    }
    const done = await initialize(context.host, { main, commit });
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
