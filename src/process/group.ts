import { setTimeout as sleep } from 'node:timers/promises';

/** How long a process group may take to end by itself before it is killed. */
const GRACE_MS = 3_000;

function send(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-group, signal);
    return true;
  } catch {
    return false; // nobody is left in it
  }
}

/** Ends every process of a group, first by SIGTERM, then by SIGKILL. Resolves when nobody is left in it. */
export async function endGroup(group: number): Promise<void> {
  if (!send(group, 'SIGTERM')) return;
  const deadline = Date.now() + GRACE_MS;
  for (let wait = 2; Date.now() < deadline; wait = Math.min(wait * 2, 100)) {
    await sleep(wait);
    if (!send(group, 0)) return;
  }
  while (send(group, 'SIGKILL')) await sleep(10);
}
