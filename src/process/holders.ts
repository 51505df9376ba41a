// Who still has something of a folder open. Where a process can leave its group, only this tells whether the folder is free.

import { readdir, readFile, readlink } from 'node:fs/promises';
import os from 'node:os';
import { listProcesses } from './list.ts';
import { ask } from './run.ts';

export interface Holder {
  readonly pid: number;
  /** Of its program. */
  readonly name: string;
}

/**
 * Processes that have their working directory or an open file in the folder, as far as the system tells us: our own
 * user's, but not this process and its children (each git that is asked).
 * @param folder absolute, links resolved
 */
export async function findHolders(folder: string): Promise<Holder[]> {
  const holders = os.platform() === 'linux' ? await askProc(folder) : await askLsof(folder);
  return holders.filter((holder) => holder.pid !== process.pid);
}

async function askProc(folder: string): Promise<Holder[]> {
  const holders = await Promise.all(listProcesses().map((pid) => lookAt(pid, folder)));
  return holders.filter((holder) => holder !== undefined);
}

async function lookAt(pid: number, folder: string): Promise<Holder | undefined> {
  const place = `/proc/${pid}`;
  // Other users' processes, and those that end meanwhile, say nothing.
  const open = await readdir(`${place}/fd`).catch(() => []);
  const links = ['cwd', ...open.map((descriptor) => `fd/${descriptor}`)];
  const targets = await Promise.all(links.map((link) => readlink(`${place}/${link}`).catch(() => '')));
  if (!targets.some((target) => isIn(target, folder))) return undefined;
  const status = await readFile(`${place}/status`, 'utf8').catch(() => '');
  const field = (name: string) => new RegExp(`^${name}:\\s+(.*)$`, 'm').exec(status)?.[1] ?? '';
  if (Number(field('PPid')) === process.pid) return undefined;
  return { pid, name: field('Name') };
}

function isIn(target: string, folder: string): boolean {
  return target === folder || target.startsWith(`${folder}/`) || target === `${folder} (deleted)`;
}

/** macOS has no /proc. Where lsof is missing too, nobody is found. */
export async function askLsof(folder: string): Promise<Holder[]> {
  const asked = await ask('lsof', ['-nPw', '-u', String(os.userInfo().uid), '-F', 'pRcn'], {
    cwd: '/',
    environment: { PATH: '/usr/bin:/usr/sbin:/bin:/sbin', LC_ALL: 'C' },
    timeLimit: 30_000,
  });
  const holders = new Map<number, Holder>();
  let pid = 0;
  let parent = 0;
  let name = '';
  for (const line of asked.stdout.split('\n')) {
    const value = line.slice(1);
    if (line[0] === 'p') pid = Number(value);
    else if (line[0] === 'R') parent = Number(value);
    else if (line[0] === 'c') name = value;
    else if (line[0] === 'n' && isIn(value, folder) && parent !== process.pid)
      holders.set(pid, { pid, name });
  }
  return [...holders.values()];
}

/** `node (4711) and vite (4712)` */
export function describeHolders(holders: readonly Holder[]): string {
  const named = holders.slice(0, 3).map(({ name, pid }) => `${name} (process ${pid})`);
  const more = holders.length - named.length;
  return more > 0 ? `${named.join(', ')} and ${more} more` : named.join(' and ');
}
