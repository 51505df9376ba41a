import { readdirSync, readFileSync } from 'node:fs';
import { readStat } from '../../src/process/identity.ts';

/** The processes with that word in their arguments, whatever namespace or group they are in; the ended do not count. */
export function marked(word: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => pid !== process.pid && argumentsOf(pid).includes(word) && readStat(pid) !== undefined);
}

function argumentsOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return []; // it has ended meanwhile
  }
}
