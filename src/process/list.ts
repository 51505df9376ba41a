import { readdirSync } from 'node:fs';
import os from 'node:os';

/** The ids of all processes; none where the system has no /proc to tell them. */
export function listProcesses(): number[] {
  if (os.platform() !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}
