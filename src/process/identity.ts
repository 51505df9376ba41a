// A process is known by host, boot id, process namespace, pid and start time: a pid alone is given to somebody else after
// a while, and means another process in another namespace (a coder's, a container's).

import { spawnSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import os from 'node:os';

export interface ProcessIdentity {
  readonly host: string;
  readonly boot: string;
  /** Names the process namespace in which `pid` counts; empty where the system has none. */
  readonly namespace: string;
  readonly pid: number;
  /** As the system prints it; compared, never computed with. */
  readonly started: string;
}

let boot: string | undefined;

function bootId(): string {
  boot ??= readOr('/proc/sys/kernel/random/boot_id', () => printed('sysctl', ['-n', 'kern.boottime']));
  return boot;
}

let namespace: string | undefined;

function ownNamespace(): string {
  if (namespace !== undefined) return namespace;
  try {
    namespace = readlinkSync('/proc/self/ns/pid');
  } catch {
    namespace = ''; // no /proc: macOS
  }
  return namespace;
}

function readOr(file: string, otherwise: () => string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return otherwise(); // no /proc: macOS
  }
}

function printed(file: string, args: readonly string[]): string {
  // Not execa: every start of the command line loads this file, and only macOS comes here.
  const result = spawnSync(file, args, { encoding: 'utf8' });
  return result.status === 0 ? result.stdout.trim() : '';
}

/** What Linux says of a process that has not ended; undefined when there is none, and on other systems. */
export function readStat(
  pid: number,
): { readonly state: string; readonly group: number; readonly started: string } | undefined {
  const fields = statFields(pid);
  const ended = fields === undefined || fields[0] === 'Z' || fields[0] === 'X';
  return ended ? undefined : { state: fields[0] ?? '', group: Number(fields[2]), started: fields[19] ?? '' };
}

/** The fields of Linux's `stat` from the state on, also of a process that has ended and is not taken leave of yet. */
export function statFields(pid: number): string[] | undefined {
  const text = readOr(`/proc/${pid}/stat`, () => '');
  // The command's name is in parentheses and may hold anything.
  return text === '' ? undefined : text.slice(text.lastIndexOf(')') + 2).split(' ');
}

/** Undefined when there is no such process. */
function startOf(pid: number): string | undefined {
  const stat = readStat(pid);
  if (stat) return stat.started;
  if (os.platform() === 'linux') return undefined;
  return printed('ps', ['-o', 'lstart=', '-p', String(pid)]) || undefined;
}

export function identify(pid: number): ProcessIdentity {
  return { host: os.hostname(), boot: bootId(), namespace: ownNamespace(), pid, started: startOf(pid) ?? '' };
}

/**
 * @returns `elsewhere` for a process of another host or namespace, about which nothing can be said
 */
export function isAlive(identity: ProcessIdentity): 'alive' | 'dead' | 'elsewhere' {
  if (identity.host !== os.hostname()) return 'elsewhere';
  if (identity.boot !== bootId()) return 'dead';
  if (identity.namespace !== ownNamespace()) return 'elsewhere';
  return startOf(identity.pid) === identity.started ? 'alive' : 'dead';
}
