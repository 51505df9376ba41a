// Who holds a lock on a file, as the system tells it: a process that was stopped (Ctrl-Z, a debugger) in the middle of a
// write would keep everybody else from writing until somebody finds it.

import { readFileSync, statSync } from 'node:fs';
import { isAlive, type ProcessIdentity, readStat } from './identity.ts';

/** Kills a process that is stopped. @returns false when it is not */
export function killIfStopped(identity: ProcessIdentity): boolean {
  const stopped = isAlive(identity) === 'alive' && isStopped(identity.pid);
  if (stopped) process.kill(identity.pid, 'SIGKILL');
  return stopped;
}

const isStopped = (pid: number) => ['T', 't'].includes(readStat(pid)?.state ?? '');

/**
 * Kills the stopped processes that hold a write lock on a file. They cannot give it back, and what they had not written is
 * rolled back. Only Linux tells who they are.
 * @returns the ids of those who were killed
 */
export function killStoppedHolders(file: string): number[] {
  const stopped = holdersOf(file).filter(isStopped);
  for (const pid of stopped) process.kill(pid, 'SIGKILL');
  return stopped;
}

/** `1: POSIX  ADVISORY  WRITE 4711 fd:01:1835 120 120`; of a file the last of the three numbers is its inode. */
function holdersOf(file: string): number[] {
  try {
    const inode = String(statSync(file).ino);
    return readFileSync('/proc/locks', 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[3] === 'WRITE' && fields[5]?.split(':')[2] === inode)
      .map((fields) => Number(fields[4]))
      .filter((pid) => pid > 0 && pid !== process.pid);
  } catch {
    return []; // no such file yet, or no /proc
  }
}
