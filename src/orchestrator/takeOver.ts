// When a lease may be taken from its owner: at once when the owner is dead, and when it has run out in earnest.

import { clearLeftBehind } from '../git/leftBehind.ts';
import { isAlive, type ProcessIdentity } from '../process/identity.ts';
import { getLease } from '../store/leases.ts';
import type { Project } from './project.ts';

/**
 * After a laptop's sleep every lease has run out, and its owner needs a moment to renew it: one counts only after it was
 * seen for so long, of time in which this machine was awake, without being renewed. Milliseconds.
 */
const GRACE_MS = 10_000;

/** What was seen to have run out: since when, and with which expiry. */
const seen = new WeakMap<Project, Map<string, { readonly expiresAt: number; readonly since: number }>>();

/** @param name of a lease, or a runner's id */
export function hasRunOut(project: Project, name: string, expiresAt: number): boolean {
  const looks = seen.get(project) ?? new Map();
  seen.set(project, looks);
  if (expiresAt > project.host.now()) {
    looks.delete(name);
    return false;
  }
  const before = looks.get(name);
  if (before?.expiresAt === expiresAt) return project.host.elapsed() - before.since >= GRACE_MS;
  looks.set(name, { expiresAt, since: project.host.elapsed() });
  return false;
}

/** @returns the token of a lease that may be taken over; undefined when it is free, or its owner goes on */
export async function abandonedToken(project: Project, name: string): Promise<number | undefined> {
  const lease = await getLease(project.store, name);
  if (!lease) return undefined;
  if (isAlive(JSON.parse(lease.owner) as ProcessIdentity) === 'dead') {
    await clearLeftBehind(project.repository);
    return lease.token;
  }
  return hasRunOut(project, name, lease.expiresAt) ? lease.token : undefined;
}
