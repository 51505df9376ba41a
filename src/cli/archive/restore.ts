import { restoreArchive } from '../../orchestrator/restoreArchive.ts';
import { shortSha } from '../../task/ids.ts';
import { shellQuoted } from '../../task/shell.ts';
import { command } from '../command.ts';
import { archiveDocument } from '../documents.ts';
import { theArchive } from '../lookup.ts';
import { archiveId } from './options.ts';

export default command(
  (yargs) =>
    archiveId(yargs).option('branch', {
      type: 'string',
      requiresArg: true,
      describe: 'Name of the new branch; by default archive/<task>-<reason>',
    }),
  async (args, context) => {
    const project = await context.project();
    const archive = await theArchive(project, args.id);
    const { branch, made } = await restoreArchive(project, archive, args.branch);
    const at = shortSha(archive.commit);
    return {
      data: { ...archiveDocument(archive), branch, made },
      text: `${made ? `The branch ${branch} is made` : `The branch ${branch} was there already`}, at ${at}. Look at it: git switch ${shellQuoted(branch)}`,
    };
  },
);
