import { subjectOf } from '../../git/commits.ts';
import type { FileChange } from '../../git/survey.ts';
import { type Archive, holdsFiles } from '../../orchestrator/archives.ts';
import { type ArchiveContents, diffArchive, readArchive } from '../../orchestrator/showArchive.ts';
import { shortSha } from '../../task/ids.ts';
import { type Context, command } from '../command.ts';
import { archiveDocument, isoTime } from '../documents.ts';
import { theArchive } from '../lookup.ts';
import { archiveId } from './options.ts';
import { ownerText, whyArchived } from './words.ts';

const MAX_CHARS = 50_000_000;

export default command(
  (yargs) =>
    archiveId(yargs).option('diff', { type: 'boolean', default: false, describe: 'What is changed in it' }),
  async (args, context) => {
    const project = await context.project();
    const archive = await theArchive(project, args.id);
    const contents = await readArchive(project, archive);
    const diff = args.diff ? await diffArchive(project, archive, contents.from, MAX_CHARS) : undefined;
    if (diff?.cut) context.narrate('steroids: the diff is too long to be shown whole');
    return {
      data: {
        ...archiveDocument(archive),
        commits: contents.commits.map(({ at, ...commit }) => ({ ...commit, at: isoTime(at) })),
        files: contents.files,
        staged: contents.staged,
        ...(diff ? { diff: diff.text } : {}),
      },
      text: [text(archive, contents, context), ...(diff ? ['', diff.text] : [])].join('\n'),
    };
  },
);

function text(archive: Archive, contents: ArchiveContents, { style }: Context): string {
  const { commits, files, staged } = contents;
  const lines = [
    `${style.bold(archive.id)}  ${ownerText(archive)}`,
    `  ${whyArchived(archive)} (${isoTime(archive.at)})`,
    `  ${archive.ref}`,
  ];
  if (commits.length > 0) lines.push('', 'Commits that are not on main:');
  for (const commit of commits)
    lines.push(`  ${shortSha(commit.hash)}  ${subjectOf(commit.message)}  ${style.dim(commit.author)}`);
  if (commits.length === 0 && !holdsFiles(archive)) lines.push('', 'All of its commits are on main.');
  if (files.length > 0)
    lines.push('', holdsFiles(archive) ? 'Files that were not committed:' : 'Files that they change:');
  lines.push(...files.map(fileLine));
  if (staged.length > 0) lines.push('', 'What was staged was something else:', ...staged.map(fileLine));
  lines.push('', style.dim(`Get it back: steroids archive restore ${archive.id}`));
  return lines.join('\n');
}

const VERBS: Readonly<Record<string, string>> = { A: 'new', M: 'changed', D: 'deleted', T: 'changed' };

function fileLine({ status, path }: FileChange): string {
  return `  ${(VERBS[status] ?? status).padEnd(8)}  ${path}`;
}
