import { releaseLock, theReleasable } from '../../orchestrator/locks.ts';
import { Problem } from '../../task/problem.ts';
import { shellQuoted } from '../../task/shell.ts';
import { command } from '../command.ts';
import { lockDocument } from './list.ts';

export default command(
  (yargs) =>
    yargs
      .positional('name', {
        type: 'string',
        demandOption: true,
        describe: 'As `steroids locks list` shows it',
      })
      .option('yes', { type: 'boolean', default: false, alias: 'y', describe: 'Do not ask' })
      .epilogue('Only what a dead holder has, or what has expired. A living holder is stopped, not robbed.'),
  async (args, context) => {
    const project = await context.project();
    if (!args.yes) {
      await theReleasable(project, args.name);
      const answer = await context.confirm(`Give ${args.name} back?`);
      if (answer === undefined)
        throw new Problem(
          'user',
          'not-confirmed',
          'nobody can be asked here, so nothing was changed',
          `steroids locks release ${shellQuoted(args.name)} --yes`,
        );
      if (!answer) return { data: { released: null }, text: 'Nothing was changed.' };
    }
    const lock = await releaseLock(project, args.name);
    return {
      data: { released: lockDocument(lock, context.host.now()) },
      text: `${lock.name} is free. ${lock.holder} had it.`,
    };
  },
);
