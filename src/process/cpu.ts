// How much processor time a process and all that it started have used.

import { statFields } from './identity.ts';
import { listProcesses } from './list.ts';

/** Milliseconds of one of the system's ticks: 100 a second wherever Linux runs. */
const TICK_MS = 10;

/**
 * What its ended children used is in it, so it falls only when one of them was left to somebody else.
 * @returns milliseconds; undefined where the system does not tell (no /proc)
 */
export function cpuOf(root: number): number | undefined {
  const pids = listProcesses();
  if (pids.length === 0) return undefined;
  const found = new Map(pids.flatMap((pid) => timesOf(pid) ?? []).map((one) => [one.pid, one]));
  let sum = 0;
  for (const { pid, ticks } of found.values()) if (descends(pid, root, found)) sum += ticks;
  return sum * TICK_MS;
}

interface Times {
  readonly pid: number;
  readonly parent: number;
  readonly ticks: number;
}

function descends(pid: number, root: number, among: ReadonlyMap<number, Times>): boolean {
  let at: number | undefined = pid;
  for (let depth = 0; at !== undefined && depth < 100; depth++) {
    if (at === root) return true;
    at = among.get(at)?.parent;
  }
  return false;
}

function timesOf(pid: number): Times | undefined {
  const fields = statFields(pid);
  if (fields === undefined) return undefined; // ended meanwhile
  // From the state on: 1 parent, 11 to 14 times.
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return { pid, parent: Number(fields[1]), ticks };
}
