// What keeps the processes of a step together, so that all of them end with it.

import os from 'node:os';
import type { Environment } from './environment.ts';
import { underInit } from './init.ts';
import { ask } from './run.ts';

/** Nobody leaves it. */
export interface Namespace {
  readonly kind: 'namespace';
  /** Makes it, and starts in it the command that is appended. */
  readonly wrapper: readonly string[];
  /** Variables that hold only in it. */
  readonly environment: Environment;
}

/** A process group does not reach who leaves it. */
export type Containment = { readonly kind: 'group' } | Namespace;

export const GROUP: Containment = { kind: 'group' };

export interface Contained {
  readonly command: readonly string[];
  readonly environment: Environment;
  /** Whether descriptor 3 tells how the command ended. */
  readonly reports: boolean;
}

/** The command as it is started in order to be kept together. */
export function contain(
  command: readonly string[],
  environment: Environment,
  containment: Containment,
): Contained {
  if (containment.kind === 'group') return { command, environment, reports: false };
  const inside = underInit(command, { ...environment, ...containment.environment });
  return {
    command: [...containment.wrapper, ...inside.command],
    environment: inside.environment,
    reports: true,
  };
}

/** Host mounts made meanwhile are seen inside; `/proc` is its own, or pids there would be those of others. */
const UNSHARE = ['--pid', '--fork', '--kill-child=SIGKILL', '--mount-proc', '--propagation', 'slave'];

const found = new Map<string, Promise<Containment>>();

/** The best that this system gives without privileges. It is tried out, once for each PATH. */
export function findContainment(environment: Environment): Promise<Containment> {
  const PATH = environment.PATH ?? '';
  const known = found.get(PATH) ?? tryOut(environment);
  found.set(PATH, known);
  return known;
}

async function tryOut(environment: Environment): Promise<Containment> {
  if (os.platform() !== 'linux') return GROUP;
  const asUser = ['unshare', '--user', '--map-current-user', ...UNSHARE];
  // A user namespace costs what docs/security.md lists, and root can do without.
  const wrappers = os.userInfo().uid === 0 ? [['unshare', ...UNSHARE], asUser] : [asUser];
  for (const wrapper of wrappers) {
    const tried = await tryWrapper(wrapper, environment);
    if (tried === undefined) return { kind: 'namespace', wrapper, environment: {} };
  }
  return GROUP;
}

const TRIED = 42;

/** Whether a wrapper starts what the first process of a namespace needs. @returns what it said when it does not */
export async function tryWrapper(
  wrapper: readonly string[],
  environment: Environment,
): Promise<string | undefined> {
  const [file = '', ...args] = wrapper;
  const answer = await ask(file, [...args, 'perl', '-e', `exit ${TRIED}`], {
    cwd: '/',
    environment,
    timeLimit: 10_000,
  });
  if (answer.code === TRIED) return undefined;
  return answer.failure ?? (answer.stderr.trim() || `it exited with ${answer.code}`);
}
