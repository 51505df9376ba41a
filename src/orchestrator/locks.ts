// Every lease and claim, who holds it, and giving back what a dead holder has.

import { isAlive, type ProcessIdentity } from '../process/identity.ts';
import { type Claim, listClaims, listStrayClaims } from '../store/claims.ts';
import { dropStray, fileClaim, listFileLocks, listStrayFiles } from '../store/fileLocks.ts';
import { expireLease, type HeldLease, listLeases } from '../store/leases.ts';
import { describeHolder, listRunners, type Runner } from '../store/runners.ts';
import { listSections } from '../store/sections.ts';
import { listOpenSteps, type Step } from '../store/steps.ts';
import { Problem } from '../task/problem.ts';
import type { Project } from './project.ts';
import { reapRunner } from './recovery.ts';

/**
 * Of the process that holds it: `elsewhere` is one of another host, about which nothing can be said; `none` waits for a
 * person or the queue, and no process holds it; `ended` has no right to it any more.
 */
export type HolderState = 'alive' | 'dead' | 'elsewhere' | 'none' | 'ended';

export interface Lock {
  /** What `locks release` takes. */
  readonly name: string;
  readonly kind: 'lease' | 'runner' | 'claim';
  /** `shared`, `exclusive` or `intent`, of a claim. */
  readonly mode: Claim['mode'] | null;
  /** In words. */
  readonly holder: string;
  readonly pid: number | null;
  readonly host: string | null;
  readonly state: HolderState;
  /** Epoch milliseconds, as `expiresAt`. */
  readonly since: number;
  readonly expiresAt: number | null;
  readonly expired: boolean;
  /** What ends a living holder in good order. */
  readonly stop: string;
}

interface Releasable extends Lock {
  /** @returns false when it is not as it was looked at */
  readonly release: () => Promise<boolean>;
}

export async function listLocks(project: Project): Promise<Lock[]> {
  return (await readLocks(project)).map(({ release: _, ...lock }) => lock);
}

/** Whether it may be given back by somebody else than its holder. */
export function isReleasable(lock: Lock): boolean {
  return lock.state === 'dead' || lock.state === 'ended' || (lock.expired && lock.kind !== 'claim');
}

/** @throws Problem `unknown-lock`, `lock-held`, `changed-meanwhile` */
export async function releaseLock(project: Project, name: string): Promise<Lock> {
  const lock = await theReleasable(project, name);
  if (!(await lock.release())) {
    const hint = 'Look again: steroids locks list';
    throw new Problem('refused', 'changed-meanwhile', `${name} changed at the same moment`, hint);
  }
  return lock;
}

/** Before somebody is asked whether to release it. @throws Problem `unknown-lock`, `lock-held` */
export async function theReleasable(project: Project, name: string): Promise<Releasable> {
  const locks = await readLocks(project);
  const lock = locks.find((one) => one.name === name);
  if (lock === undefined) {
    const known = locks.map((one) => `'${one.name}'`).join(', ');
    const hint = known === '' ? 'Nothing is held.' : `Held: ${known}`;
    throw new Problem('user', 'unknown-lock', `nothing of the name “${name}” is held`, hint);
  }
  if (!isReleasable(lock)) throw refusal(lock);
  return lock;
}

const WHY: Readonly<Record<HolderState, string>> = {
  alive: 'which is alive',
  elsewhere: 'on another host, about which nothing can be said here',
  none: 'which still needs it',
  dead: 'which has ended',
  ended: 'which has ended',
};

function refusal(lock: Lock): Problem {
  const sentence = `${lock.name} is held by ${lock.holder}, ${WHY[lock.state]}`;
  return new Problem('refused', 'lock-held', sentence, lock.stop);
}

async function readLocks(project: Project): Promise<Releasable[]> {
  const { db } = project.store;
  const runners = await listRunners(db);
  return [
    ...(await listLeases(db)).map((lease) => leaseLock(project, lease, runners)),
    ...runners.map((runner) => runnerLock(project, runner)),
    ...(await claimLocks(project, runners)),
  ];
}

function leaseLock(project: Project, lease: HeldLease, runners: readonly Runner[]): Releasable {
  const owner = JSON.parse(lease.owner) as ProcessIdentity;
  const beside = runners.filter((runner) => runner.process === lease.owner);
  const names = beside.map((runner) => `runner-${runner.number}`).join(', ');
  const process = `process ${owner.pid}${owner.host === project.host.identify().host ? '' : ` on ${owner.host}`}`;
  return {
    name: lease.name,
    kind: 'lease',
    mode: null,
    holder: names === '' ? process : `${process} (with ${names})`,
    pid: owner.pid,
    host: owner.host,
    state: isAlive(owner),
    since: lease.takenAt,
    expiresAt: lease.expiresAt,
    expired: lease.expiresAt <= project.host.now(),
    stop:
      beside.length > 0
        ? 'steroids runners stop'
        : `kill ${owner.pid} ends it in good order, on ${owner.host}`,
    release: () => project.store.write((trx) => expireLease(trx, lease)),
  };
}

function runnerLock(project: Project, runner: Runner): Releasable {
  const owner = JSON.parse(runner.process) as ProcessIdentity;
  return {
    name: `runner-${runner.number}`,
    kind: 'runner',
    mode: null,
    holder: `process ${owner.pid} (runner ${runner.id})`,
    pid: owner.pid,
    host: owner.host,
    state: isAlive(owner),
    since: runner.startedAt,
    expiresAt: runner.leaseExpiresAt,
    expired: runner.leaseExpiresAt <= project.host.now(),
    stop: `steroids runners stop ${runner.number}`,
    release: () => reapRunner(project, runner),
  };
}

async function claimLocks(project: Project, runners: readonly Runner[]): Promise<Releasable[]> {
  const { db } = project.store;
  const steps = await listOpenSteps(db);
  const key = (claim: Claim) => `${claim.resource} ${claim.holder}`;
  const stray = new Set([...(await listStrayClaims(db)), ...(await listStrayFiles(db))].map(key));
  const files = (await listFileLocks(db)).map(fileClaim);
  const sections = new Map((await listSections(db)).map((section) => [section.id, section.name]));
  const locks: Releasable[] = [];
  for (const claim of [...(await listClaims(db)), ...files]) {
    const runner = runnerOf(claim, runners, steps);
    const owner = runner && (JSON.parse(runner.process) as ProcessIdentity);
    const resource = claim.resource.replace(/^section:(.*)$/, (_, id) => `section:${sections.get(id) ?? id}`);
    const [kind, id = ''] = claim.holder.split(':');
    locks.push({
      name: `${resource}/${claim.holder}`,
      kind: 'claim',
      mode: claim.mode,
      holder:
        kind === 'task'
          ? `task ${id}${runner ? ` (runner-${runner.number})` : ''}`
          : await describeHolder(db, claim.holder),
      pid: owner?.pid ?? null,
      host: owner?.host ?? null,
      state: stray.has(key(claim)) ? 'ended' : owner ? isAlive(owner) : 'none',
      since: claim.createdAt,
      expiresAt: claim.expiresAt,
      expired: claim.expiresAt !== null && claim.expiresAt <= project.host.now(),
      stop: kind === 'task' ? `steroids tasks cancel ${id}` : `steroids runners stop ${runner?.number ?? ''}`,
      // A claim goes with its holder: a task must not go on without what it relies on.
      release: () =>
        runner && !stray.has(key(claim))
          ? reapRunner(project, runner)
          : project.store.write((trx) => dropStray(trx, claim)),
    });
  }
  return locks;
}

function runnerOf(claim: Claim, runners: readonly Runner[], steps: readonly Step[]): Runner | undefined {
  const [kind, id] = claim.holder.split(':');
  const runnerId = kind === 'runner' ? id : steps.find((step) => step.taskId === id)?.runnerId;
  return runners.find((runner) => runner.id === runnerId);
}
