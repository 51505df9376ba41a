// Dependencies of a worktree: installed when it is made, and again when its lockfile has changed.

import { createHash } from 'node:crypto';
import path from 'node:path';
import { exists, readFileIfThere } from '../disk/files.ts';
import type { Containment } from '../process/containment.ts';
import type { Environment } from '../process/environment.ts';
import { type Command, commandText, type Worked, work } from '../process/work.ts';

interface PackageManager {
  readonly lockfile: string;
  readonly install: string;
}

/** In the order in which they are looked for. */
const MANAGERS: readonly PackageManager[] = [
  { lockfile: 'pnpm-lock.yaml', install: 'pnpm install --frozen-lockfile' },
  { lockfile: 'bun.lock', install: 'bun install --frozen-lockfile' },
  { lockfile: 'bun.lockb', install: 'bun install --frozen-lockfile' },
  { lockfile: 'yarn.lock', install: 'yarn install --frozen-lockfile' },
  { lockfile: 'npm-shrinkwrap.json', install: 'npm ci' },
  { lockfile: 'package-lock.json', install: 'npm ci' },
];

/** What installers write into node_modules about what they installed: changed when somebody else installed there. */
const INSTALLED = [
  'node_modules/.package-lock.json',
  'node_modules/.modules.yaml',
  'node_modules/.yarn-integrity',
  'node_modules/.yarn-state.yml',
];

/** The configured set-up, or the frozen install of the package manager whose lockfile is found. */
export async function setupCommands(
  folder: string,
  configured: readonly Command[] | undefined,
): Promise<readonly Command[]> {
  if (configured !== undefined) return configured;
  for (const manager of MANAGERS) {
    if (!(await exists(path.join(folder, manager.lockfile)))) continue;
    const berry = manager.lockfile === 'yarn.lock' && (await exists(path.join(folder, '.yarnrc.yml')));
    return [berry ? 'yarn install --immutable' : manager.install];
  }
  return [];
}

/** Says for what a worktree is set up: the commands, its lockfiles, what the installer noted, its submodules. */
export async function setupDigest(folder: string, commands: readonly Command[]): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(commands));
  for (const file of [...MANAGERS.map((manager) => manager.lockfile), ...INSTALLED]) {
    const text = await readFileIfThere(path.join(folder, file));
    if (text !== undefined) hash.update(`\0${file}\0`).update(text);
  }
  const modules = await readFileIfThere(path.join(folder, '.gitmodules'));
  for (const [, submodule = ''] of modules?.matchAll(/^\s*path\s*=\s*(.+?)\s*$/gm) ?? []) {
    hash.update(`\0${submodule}\0${await exists(path.join(folder, submodule, '.git'))}`);
  }
  return hash.digest('hex');
}

export interface Provisioning {
  readonly folder: string;
  readonly commands: readonly Command[];
  readonly environment: Environment;
  readonly log: string;
  /** Milliseconds, for each command. */
  readonly timeLimit: number;
  readonly signal: AbortSignal;
  readonly containment: Containment;
  readonly started?: (pid: number) => Promise<void>;
}

export type Provisioned =
  | { readonly kind: 'ready'; readonly digest: string }
  | { readonly kind: 'failed'; readonly command: string; readonly worked: Worked };

export async function provision(provisioning: Provisioning): Promise<Provisioned> {
  const { folder, commands, ...working } = provisioning;
  for (const command of commands) {
    const worked = await work(command, { cwd: folder, ...working });
    if (worked.kind !== 'exited' || worked.code !== 0)
      return { kind: 'failed', command: commandText(command), worked };
  }
  return { kind: 'ready', digest: await setupDigest(folder, commands) };
}
