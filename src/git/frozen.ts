// The user's repository as it was configured before any coder began: a second common directory, with the same objects and
// refs, and with settings and attributes of its own. Git that runs in a checkout reads those, so that a filter which a
// coder has planted a moment ago does not run for us. What the user had set (LFS, git-crypt) does.

import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { exists, keepFile, linkTo, makeFolder, readFileIfThere } from '../disk/files.ts';
import type { Environment } from '../process/environment.ts';
import type { Repository } from './repository.ts';
import { readLocalSettings, settingsText } from './settings.ts';

export function frozenDir(commonDir: string): string {
  return path.join(commonDir, 'steroids', 'frozen');
}

/** Ours, and what has to be as it was. */
const NOT_SHARED = new Set(['steroids', 'hooks', 'info', 'config', 'config.worktree']);

/** Linked whether they are there yet or not: git makes them when it needs them. */
const ALWAYS = ['objects', 'refs', 'logs', 'packed-refs', 'shallow', 'worktrees', 'modules', 'HEAD'];

const INFO = ['attributes', 'exclude', 'grafts', 'sparse-checkout'];

/** Takes the settings as they are now. */
export async function freeze(repository: Repository): Promise<void> {
  const { commonDir } = repository;
  const dir = frozenDir(commonDir);
  const settings = await readLocalSettings(repository.git);
  // Folders of others: lfs, git-crypt, …
  const entries = await readdir(commonDir, { withFileTypes: true });
  const folders = entries
    .filter((entry) => entry.isDirectory() && !NOT_SHARED.has(entry.name))
    .map((entry) => entry.name);
  await makeFolder(path.join(dir, 'info'));
  await makeFolder(path.join(commonDir, 'logs'));
  for (const name of new Set([...ALWAYS, ...folders])) {
    // Relative: the repository may move.
    await linkTo(path.join('..', '..', name), path.join(dir, name));
  }
  for (const name of INFO) {
    const text = (await readFileIfThere(path.join(commonDir, 'info', name))) ?? '';
    await keepFile(path.join(dir, 'info', name), text);
  }
  await keepFile(path.join(dir, 'config'), settingsText(settings));
}

/** What makes git in a checkout of the repository read the frozen settings, from the first time that they were taken. */
export async function frozenEnvironment(dir: string | undefined): Promise<Environment> {
  if (dir === undefined || !(await exists(path.join(dir, 'config')))) return {};
  const commonDir = path.dirname(path.dirname(dir));
  // Named themselves, because paths to other object stores are relative to where they are.
  return { GIT_COMMON_DIR: dir, GIT_OBJECT_DIRECTORY: path.join(commonDir, 'objects') };
}
