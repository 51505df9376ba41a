// The fencing token: whoever held the queue before cannot land any more.

import { changeRefs, writeBlob } from '../git/refs.ts';
import { LANDER_REF } from '../merge/land.ts';
import { getLease, type Lease } from '../store/leases.ts';
import { type Sha, toSha } from '../task/ids.ts';
import type { Lander } from './lander.ts';
import type { Session } from './session.ts';

/** Writes our token where the landing transaction looks for it. */
export async function fence(session: Session, lease: Lease): Promise<Sha> {
  const { git, host } = session.project;
  const blob = await writeBlob(git, `${lease.token} ${JSON.stringify(host.identify())}\n`);
  const before = await git.run(['rev-parse', '--verify', '--quiet', LANDER_REF]);
  if (before.stdout.trim() === blob) return blob;
  await changeRefs(git, [{ kind: 'update', ref: LANDER_REF, to: blob }], 'steroids: take the queue');
  return blob;
}

/**
 * Somebody took our token away who is no lander: while the lease is ours it is written again, and otherwise nothing is. In
 * this order, and only from what it was: the lease's next owner has written a token of its own.
 */
export async function mendFence(lander: Lander): Promise<void> {
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
