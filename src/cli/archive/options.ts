import type { Argv } from 'yargs';

/** The argument of `archive show`, `restore` and `remove`. */
export function archiveId(yargs: Argv) {
  return yargs.positional('id', {
    type: 'string',
    demandOption: true,
    describe: 'Its id or commit, or the beginning of one',
  });
}
