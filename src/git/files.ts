// What git keeps in small files, read from there: starting a process costs 3 to 5 ms, and these are asked for more often
// than everything else together. A file that does not say it in the plain way (reftable, a symbolic ref's chain) is no
// answer, and git is asked.

import path from 'node:path';
import { kindOf, readFileIfThere } from '../disk/files.ts';
import type { Sha } from '../task/ids.ts';
import type { Git } from './client.ts';

const OBJECT_NAME = /^[0-9a-f]{40}([0-9a-f]{24})?\n?$/;

/** The git directory of the checkout whose root `git` is bound to; undefined when it is not one, or not plainly. */
export async function gitDirFromFile(git: Git): Promise<string | undefined> {
  if (git.environment.GIT_DIR !== undefined) return undefined;
  const place = path.join(git.dir, '.git');
  const kind = await kindOf(place);
  if (kind === 'folder') return place;
  const text = kind === 'file' ? await readFileIfThere(place) : undefined;
  const named = /^gitdir: (.+)\n?$/.exec(text ?? '')?.[1];
  return named === undefined ? undefined : path.resolve(git.dir, named);
}

/** What HEAD says: a branch's full ref, or a commit. */
export async function headFromFile(git: Git): Promise<{ ref: string } | { commit: Sha } | undefined> {
  const gitDir = await gitDirFromFile(git);
  const text = gitDir && (await readFileIfThere(path.join(gitDir, 'HEAD')));
  if (!text) return undefined;
  if (OBJECT_NAME.test(text)) return { commit: text.trim() as Sha };
  const ref = /^ref: (refs\/heads\/.+)\n$/.exec(text)?.[1];
  // Reftable leaves a HEAD that names `refs/heads/.invalid`.
  return ref === undefined || ref.includes('/.') ? undefined : { ref };
}

/**
 * The commit of `HEAD`, of a branch or of a ref of ours.
 * @returns `absent` when there is no such ref, undefined when the files do not say
 */
export async function commitFromFile(git: Git, name: string): Promise<Sha | 'absent' | undefined> {
  if (name === 'HEAD') {
    const head = await headFromFile(git);
    if (head === undefined) return undefined;
    return 'commit' in head ? head.commit : await commitFromFile(git, head.ref);
  }
  if (!/^refs\/(heads|steroids)\//.test(name) || name.includes('..')) return undefined;
  const gitDir = await gitDirFromFile(git);
  if (gitDir === undefined) return undefined;
  const shared = (await readFileIfThere(path.join(gitDir, 'commondir')))?.trim() ?? '.';
  const common = path.join(gitDir, shared);
  const text = await readFileIfThere(path.join(common, name)).catch(() => ''); // a folder of branches
  if (text !== undefined) return OBJECT_NAME.test(text) ? (text.trim() as Sha) : undefined;
  // Packing writes the packed file before it takes the other away, so that this order misses nothing.
  if ((await kindOf(path.join(common, 'reftable'))) !== undefined) return undefined;
  return packedCommit((await readFileIfThere(path.join(common, 'packed-refs'))) ?? '', name);
}

function packedCommit(packed: string, name: string): Sha | 'absent' {
  const end = packed.indexOf(` ${name}\n`);
  return end < 0 ? 'absent' : (packed.slice(packed.lastIndexOf('\n', end) + 1, end) as Sha);
}

export interface ReflogEntry {
  readonly to: Sha;
  readonly message: string;
}

/** Where HEAD of a worktree has been, oldest first. */
export async function readHeadLog(gitDir: string): Promise<ReflogEntry[]> {
  const text = (await readFileIfThere(path.join(gitDir, 'logs', 'HEAD'))) ?? '';
  return [...text.matchAll(/^[0-9a-f]+ ([0-9a-f]+) .*\t(.*)$/gm)].map(([, to = '', message = '']) => ({
    to: to as Sha,
    message,
  }));
}

/** Whether an entry tells of a commit that was made there, and not of one that was gone to. */
export function isCommitting({ message }: ReflogEntry): boolean {
  return /^(commit|cherry-pick|revert|am|rebase \((pick|reword|edit|squash|fixup|continue)\))\b/.test(
    message,
  );
}
