import os from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { readStat } from './identity.ts';
import { listProcesses } from './list.ts';

/** How long a process group may take to end by itself before it is killed. */
const GRACE_MS = 3_000;

function send(group: number, signal: NodeJS.Signals | 0): boolean {
  // For the system these would be our own group, and everybody: no id that a process of ours can have led a group under.
  if (group <= 1) return false;
  try {
    process.kill(-group, signal);
    return true;
  } catch {
    return false; // nobody is left in it
  }
}

/**
 * Whether somebody of the group still runs. A process that has ended stays in it until its parent has asked how, which
 * the first process of a container may do late or never; it must not be waited for.
 */
function isLeft(group: number): boolean {
  if (!send(group, 0)) return false;
  if (os.platform() !== 'linux') return true;
  return listProcesses().some((pid) => readStat(pid)?.group === group);
}

/** Ends every process of a group, first by SIGTERM, then by SIGKILL. Resolves when nobody is left in it. */
export async function endGroup(group: number): Promise<void> {
  if (!isLeft(group)) return;
  send(group, 'SIGTERM');
  const deadline = Date.now() + GRACE_MS;
  for (let wait = 2; Date.now() < deadline; wait = Math.min(wait * 2, 100)) {
    await sleep(wait);
    if (!isLeft(group)) return;
  }
  while (isLeft(group)) {
    send(group, 'SIGKILL');
    await sleep(10);
  }
}
