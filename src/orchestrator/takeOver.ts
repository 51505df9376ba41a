// When a lease may be taken from its owner: at once when the owner is dead, and when it has run out in earnest.

import { clearLeftBehind } from '../git/leftBehind.ts';
import { isAlive, type ProcessIdentity } from '../process/identity.ts';
import { endStartedBy } from '../process/marked.ts';
import { getLease, releaseLease } from '../store/leases.ts';
import type { Project } from './project.ts';

/**
 * After a laptop's sleep every lease has run out, and its owner needs a moment to renew it: one counts only after it was
 * seen for this part of its length, of time in which this machine was awake, without being renewed.
 */
const GRACE = 1 / 3;

/** What was seen to have run out: since when, and with which expiry. */
const seen = new WeakMap<Project, Map<string, { readonly expiresAt: number; readonly since: number }>>();

/**
 * @param name of a lease, or a runner's id
 * @param ttlMs for how long it is given, in milliseconds
 */
export function hasRunOut(project: Project, name: string, expiresAt: number, ttlMs: number): boolean {
  const looks = seen.get(project) ?? new Map();
  seen.set(project, looks);
  if (expiresAt > project.host.now()) {
    looks.delete(name);
    return false;
  }
  const before = looks.get(name);
  if (before?.expiresAt === expiresAt) return project.host.elapsed() - before.since >= ttlMs * GRACE;
  looks.set(name, { expiresAt, since: project.host.elapsed() });
  return false;
}

/** @returns the token of a lease that may be taken over; undefined when it is free, or its owner goes on */
export async function abandonedToken(
  project: Project,
  name: string,
  ttlMs: number,
): Promise<number | undefined> {
  const lease = await getLease(project.store, name);
  if (!lease) return undefined;
  const owner = JSON.parse(lease.owner) as ProcessIdentity;
  const dead = isAlive(owner) === 'dead';
  if (!dead && !hasRunOut(project, name, lease.expiresAt, ttlMs)) return undefined;
  // A verification that still runs would write into the worktree that the next one uses.
  await endStartedBy(owner);
  if (dead) await clearLeftBehind(project.repository);
  return lease.token;
}

/** Frees a lease that may be taken over, for nobody in particular. @returns whether it did */
export async function releaseAbandoned(project: Project, name: string, ttlMs: number): Promise<boolean> {
  const token = await abandonedToken(project, name, ttlMs);
  if (token === undefined) return false;
  await project.store.write((trx) => releaseLease(trx, { name, token }));
  return true;
}
