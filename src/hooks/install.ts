import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { keepFile, readFileIfThere } from '../disk/files.ts';
import type { Repository } from '../git/repository.ts';
import { hookScript } from './post-commit.ts';

export interface InstalledHooks {
  /** Ours; named to git only in a coder's environment. */
  readonly folder: string;
  /** The user's, which ours hand on to. */
  readonly userFolder: string;
}

/** Writes our hooks beside the store. Nothing of the repository's own configuration changes. */
export async function installHooks(repository: Repository, folder: string): Promise<InstalledHooks> {
  const userFolder = await userHooksFolder(repository);
  for (const name of new Set(['post-commit', ...(await hookNames(userFolder))])) {
    const file = path.join(folder, name);
    const script = hookScript(name);
    await keepFile(file, script, 0o755);
  }
  return { folder, userFolder };
}

/** Our hooks that are missing or not as this version writes them; a start writes them anew. */
export async function outdatedHooks(repository: Repository, folder: string): Promise<string[]> {
  const wanted = new Set(['post-commit', ...(await hookNames(await userHooksFolder(repository)))]);
  const outdated = [];
  for (const name of wanted)
    if ((await readFileIfThere(path.join(folder, name))) !== hookScript(name)) outdated.push(name);
  return outdated;
}

/** A relative `core.hooksPath` (husky's) means the checkout that it was set in, not each worktree. */
async function userHooksFolder(repository: Repository): Promise<string> {
  const answer = await repository.git.run(['config', '--type=path', '--get-all', 'core.hooksPath']);
  // The last value is our own pin, given with -c.
  const configured = answer.stdout.trim().split('\n').slice(0, -1).at(-1);
  return configured ? path.resolve(repository.home, configured) : path.join(repository.commonDir, 'hooks');
}

async function hookNames(folder: string): Promise<string[]> {
  const files = await readdir(folder).catch(() => []);
  return files.filter((name) => /^[a-z-]+$/.test(name));
}

/** What makes git run our hooks in a coder's processes. */
export function hookEnvironment(hooks: InstalledHooks, spool: string): Record<string, string> {
  return {
    GIT_CONFIG_COUNT: '2',
    GIT_CONFIG_KEY_0: 'core.hooksPath',
    GIT_CONFIG_VALUE_0: hooks.folder,
    // A gc goes on in the background, and is killed with the coder: that can leave `packed-refs.lock` behind.
    GIT_CONFIG_KEY_1: 'maintenance.auto',
    GIT_CONFIG_VALUE_1: 'false',
    STEROIDS_USER_HOOKS: hooks.userFolder,
    STEROIDS_SPOOL: spool,
  };
}
