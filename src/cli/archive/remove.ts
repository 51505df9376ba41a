import { measureArchives } from '../../orchestrator/archives.ts';
import { removeArchive } from '../../orchestrator/restoreArchive.ts';
import { Problem } from '../../task/problem.ts';
import { command } from '../command.ts';
import { archiveDocument } from '../documents.ts';
import { theArchive } from '../lookup.ts';
import { archiveId } from './options.ts';
import { archiveLine } from './words.ts';

export default command(
  (yargs) =>
    archiveId(yargs).option('yes', { type: 'boolean', default: false, alias: 'y', describe: 'Do not ask' }),
  async (args, context) => {
    const project = await context.project();
    const archive = await theArchive(project, args.id);
    const holding = (await measureArchives(project, [archive])).get(archive);
    const line = archiveLine(archive, holding);
    const data = { ...archiveDocument(archive), ...holding };
    if (!args.yes) {
      context.narrate(line);
      const answer = await context.confirm('Take it away for good?');
      if (answer === undefined)
        throw new Problem(
          'user',
          'not-confirmed',
          'nobody can be asked here, so nothing was removed',
          `steroids archive remove ${archive.id} --yes`,
        );
      if (!answer) return { data: { ...data, removed: false }, text: 'Nothing was removed.' };
    }
    if (!(await removeArchive(project, archive)))
      throw new Problem(
        'refused',
        'changed-meanwhile',
        `${archive.ref} is not what it was a moment ago, so it was left alone`,
        'steroids archive list',
      );
    return { data: { ...data, removed: true }, text: `Removed ${line}` };
  },
);
