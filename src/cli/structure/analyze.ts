import { structurePlace } from '../../orchestrator/structure.ts';
import { Problem } from '../../task/problem.ts';
import { command } from '../command.ts';
import { compare } from './compare.ts';

export default command(
  (yargs) =>
    yargs
      .option('apply', {
        type: 'boolean',
        default: false,
        describe: 'Apply all suggestions, without asking',
      })
      .option('pick', { type: 'boolean', default: false, describe: 'Ask about each suggestion by itself' })
      .option('check', {
        type: 'boolean',
        default: false,
        describe: 'For CI: change nothing, and end with 1 when the file is not up to date',
      })
      .epilogue(
        'Names, isolation and paths that you wrote stay, and so do comments. A section with tasks is never removed.',
      ),
  async (args, context) => {
    if ([args.apply, args.pick, args.check].filter(Boolean).length > 1)
      throw new Problem(
        'user',
        'usage',
        '--apply, --pick and --check exclude each other',
        'steroids structure analyze --help',
      );
    const how = args.check ? 'check' : args.apply ? 'all' : args.pick ? 'pick' : 'ask';
    return await compare(context, await structurePlace(context.host), how);
  },
);
