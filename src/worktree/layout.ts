// Where worktrees stand: beside the repository. Inside it, node_modules look-ups and careless tools leak into them.

import { createHash } from 'node:crypto';
import path from 'node:path';

/**
 * @param home the repository's first worktree
 * @param configured `worktrees.root`, relative to it
 */
export function worktreesRoot(home: string, configured: string | undefined): string {
  return configured === undefined
    ? path.join(path.dirname(home), `${path.basename(home)}.steroids`)
    : path.resolve(home, configured);
}

export const runnerSlot = (number: number) => `runner-${number}`;
export const reviewSlot = (number: number) => `review-${number}`;
/** The queue has one at a time; another number where something still has files open in the first. */
export const mergeSlot = (number: number) => `merge-${number}`;

/** Of a person who works on a task. */
export const taskSlot = (taskId: string) => `task-${taskId}`;

/** The task that a person has there; undefined when it is another slot, or none. */
export function taskOfSlot(name: string): string | undefined {
  return /^task-([a-z0-9]+)$/.exec(name)?.[1];
}

/** Whether its worktree belongs to the user's repository; the others belong to our own git directory. */
export const isRepositorySlot = (name: string) => /^(runner|task)-/.test(name);

/** The number of the runner whose slot it is, null for the merge queue's; undefined when it is no slot's name. */
export function slotNumber(name: string): number | null | undefined {
  if (/^merge-\d+$/.test(name)) return null;
  const number = /^(?:runner|review)-(\d+)$/.exec(name)?.[1];
  return number === undefined ? undefined : Number(number);
}

const FIRST_PORT = 20_000;
const PORTS_A_PROJECT = 200;
const PORTS_A_SLOT = 10;

/**
 * A port for each slot, the same every time, in a range that two projects rarely share.
 * @param number of the runner; 0 for the merge queue
 */
export function portOf(commonDir: string, number: number): number {
  const project = createHash('sha256').update(commonDir).digest().readUInt16BE(0) % 200;
  return FIRST_PORT + project * PORTS_A_PROJECT + (number % (PORTS_A_PROJECT / PORTS_A_SLOT)) * PORTS_A_SLOT;
}
