// The lander's token in git: whoever held the queue before, however long ago it was stopped, cannot land any more.

import { changeRefs, readBlob, writeBlob } from '../git/refs.ts';
import { LANDER_REF } from '../merge/land.ts';
import { getLease, type Lease, raiseToken } from '../store/leases.ts';
import { type Sha, toSha } from '../task/ids.ts';
import type { QueueHolder } from './lander.ts';
import type { Project } from './project.ts';

export interface Fenced {
  readonly lease: Lease;
  /** The blob that the landing transaction looks for. */
  readonly token: Sha;
}

/**
 * Writes our token where the landing transaction looks for it. Tokens grow: a store that was restored from an older copy
 * goes on from the one that git has.
 * @returns undefined when the queue is not ours any more
 */
export async function fence(project: Project, lease: Lease): Promise<Fenced | undefined> {
  const { git, host, store } = project;
  const asked = await git.run(['rev-parse', '--verify', '--quiet', LANDER_REF]);
  const before = asked.code === 0 ? toSha(asked.stdout.trim()) : null;
  const last = before === null ? 0 : tokenOf((await readBlob(git, before)) ?? '');
  const ours = last < lease.token ? lease : await store.write((trx) => raiseToken(trx, lease, last + 1));
  if (ours === undefined) return undefined;
  const blob = await writeBlob(git, `${ours.token} ${JSON.stringify(host.identify())}\n`);
  if (before === blob) return { lease: ours, token: blob };
  // Swapped, not set: somebody who was stopped since the line above must not take the queue from who has it now.
  const change = { kind: 'update', ref: LANDER_REF, to: blob, from: before } as const;
  const changed = await changeRefs(git, [change], 'steroids: take the queue');
  return changed.kind === 'changed' ? { lease: ours, token: blob } : undefined;
}

/** Of what `fence` wrote; 0 for anything else. */
export function tokenOf(text: string): number {
  return Number(/^(\d+) /.exec(text)?.[1] ?? 0);
}

/**
 * Somebody took our token away who is no lander: while the lease is ours it is written again, and otherwise nothing is. In
 * this order, and only from what it was: the lease's next owner has written a token of its own.
 */
export async function mendFence(lander: QueueHolder): Promise<void> {
  const { git, store } = lander.session.project;
  const asked = await git.run(['rev-parse', '--verify', '--quiet', LANDER_REF]);
  const there = asked.code === 0 ? toSha(asked.stdout.trim()) : null;
  if (there === lander.token) return;
  const held = await getLease(store, lander.lease.name);
  if (held?.token !== lander.lease.token) return;
  const change = { kind: 'update', ref: LANDER_REF, to: lander.token, from: there } as const;
  const mended = await changeRefs(git, [change], 'steroids: take the queue again');
  if (mended.kind === 'changed')
    lander.session.report({
      kind: 'noticed',
      sentence: `${LANDER_REF} was moved or deleted by somebody who is no lander; it is in order again`,
    });
}
