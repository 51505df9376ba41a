import { isAlive, type ProcessIdentity } from '../process/identity.ts';
import { expireLease, getLease } from '../store/leases.ts';
import type { Project } from './project.ts';

/** Expires a lease whose owner is dead, without waiting for its time. @returns whether it did */
export async function freeIfDead(project: Project, name: string): Promise<boolean> {
  const lease = await getLease(project.store, name);
  if (!lease || isAlive(JSON.parse(lease.owner) as ProcessIdentity) !== 'dead') return false;
  return await project.store.write((trx) => expireLease(trx, lease));
}
