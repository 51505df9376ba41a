// Everything that we start carries our identity in its environment, and hands it on to what it starts in turn. So what a
// dead process of ours left running is found, also where nobody had the time to write its id down, and when it has left
// its process group.

import { readFileSync } from 'node:fs';
import os from 'node:os';
import { endGroup } from './group.ts';
import { identify, type ProcessIdentity, readStat } from './identity.ts';
import { listProcesses } from './list.ts';

/** Only Linux tells what a process was started with. */
export const FINDS_MARKED = os.platform() === 'linux';

const NAME = 'STEROIDS_PROCESS';

const markOf = ({ boot, pid, started }: ProcessIdentity) => `${boot} ${pid} ${started}`;

let own: Readonly<Record<string, string>> | undefined;

/** For the environment of everything that this process starts. */
export function ownMark(): Readonly<Record<string, string>> {
  own ??= { [NAME]: markOf(identify(process.pid)) };
  return own;
}

/**
 * Ends everything that `process` has started and that still runs, where such things are found.
 * @returns how many process groups were ended
 */
export async function endStartedBy(process: ProcessIdentity): Promise<number> {
  const mark = `${NAME}=${markOf(process)}`;
  const groups = new Set(
    listProcesses()
      .filter((pid) => environmentOf(pid).split('\0').includes(mark))
      .flatMap((pid) => readStat(pid)?.group ?? []),
  );
  await Promise.all([...groups].map(endGroup));
  return groups.size;
}

function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return ''; // ended meanwhile, or somebody else's
  }
}
