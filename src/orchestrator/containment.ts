// How what runners and the lander start is kept together, and what of the disk it may write.

import path from 'node:path';
import type { Config } from '../config/schema.ts';
import type { Git } from '../git/client.ts';
import { type Containment, findContainment, GROUP } from '../process/containment.ts';
import { cleanEnvironment } from '../process/environment.ts';
import { inBubblewrap } from '../process/sandbox.ts';
import type { BranchName } from '../task/ids.ts';
import { gitToCommit, gitToRead } from '../worktree/sandbox.ts';
import type { Gate } from './gate.ts';
import type { Grounds, Project } from './project.ts';

export interface Workplace {
  readonly worktree: Git;
  /** The runner's, or the queue's, own temporary folder. */
  readonly temp: string;
  /** Only a coder commits. */
  readonly commits?: { readonly branch: BranchName; readonly spool: string };
}

export async function containmentFor(project: Project, gate: Gate, place: Workplace): Promise<Containment> {
  const settings = sandboxSettings(project, gate.config);
  if (settings === undefined) return await unsandboxed(project, gate);
  const { worktree, temp, commits } = place;
  const { commonDir, home } = project.repository;
  const git = commits
    ? await gitToCommit(worktree, commonDir, commits.branch, commits.spool)
    : gitToRead(worktree);
  return inBubblewrap({
    folder: worktree.dir,
    temp,
    readable: [home, commonDir],
    writable: [...git.writable, ...settings.write],
    frozen: git.frozen,
    network: settings.network,
  });
}

/** Without a sandbox: a process namespace, or what there is instead. */
export async function unsandboxed(project: Project, gate: Gate): Promise<Containment> {
  if (gate.config.processes === 'group') return GROUP;
  return await findContainment(cleanEnvironment(project.host.environment));
}

export interface SandboxSettings {
  /** Absolute. */
  readonly write: readonly string[];
  readonly network: boolean;
}

/** Undefined without a sandbox. */
export function sandboxSettings(
  grounds: Grounds,
  { sandbox }: Pick<Config, 'sandbox'>,
): SandboxSettings | undefined {
  if (sandbox === 'none') return undefined;
  if (sandbox === 'bubblewrap') return { write: [], network: true };
  const home = grounds.host.environment.HOME ?? '/';
  const write = sandbox.write.map((place) =>
    place.startsWith('~') ? path.join(home, place.slice(1)) : place,
  );
  return { write, network: sandbox.network };
}
