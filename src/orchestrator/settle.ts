// What a lander that died left behind: git says whether a landing happened, the journal says which.

import { checkoutsOf, repairCheckout } from '../git/checkout.ts';
import { isAncestor } from '../git/refs.ts';
import { replay } from '../git/replay.ts';
import { listWorktrees } from '../git/worktrees.ts';
import { type Entry, listEntries, moveEntry } from '../store/entries.ts';
import { VERIFYING_ENTRY } from '../task/status.ts';
import { finishLanded } from './finishLanded.ts';
import type { QueueHolder } from './lander.ts';
import { type Project, readMain } from './project.ts';

export interface Interrupted {
  readonly entry: Entry;
  /** `unknown`: the remote may have it, and has to be asked first. */
  readonly landed: 'yes' | 'no' | 'unknown';
}

/** @param remoteAsked whether main here has what main on the remote has, where there is one */
export async function findInterrupted(project: Project, remoteAsked: boolean): Promise<Interrupted[]> {
  const entries = (await listEntries(project.store.db)).filter(({ status }) =>
    VERIFYING_ENTRY.includes(status),
  );
  return await Promise.all(
    entries.map(async (entry): Promise<Interrupted> => {
      if (entry.status !== 'landing' || !entry.base || !entry.candidate) return { entry, landed: 'no' };
      if (await isAncestor(project.git, entry.candidate, await readMain(project)))
        return { entry, landed: 'yes' };
      return { entry, landed: remoteAsked ? 'no' : 'unknown' };
    }),
  );
}

/** Finishes landings whose ref had moved, and puts everything else back into the queue. */
export async function settleInterrupted(lander: QueueHolder, remoteAsked = true): Promise<void> {
  const { project, report } = lander.session;
  const { store } = project;
  for (const { entry, landed } of await findInterrupted(project, remoteAsked)) {
    if (landed === 'unknown') continue;
    const { base, candidate } = entry;
    if (landed === 'yes' && base && candidate) {
      for (const folder of checkoutsOf(await listWorktrees(project.git), project.main)) {
        const blocked = await repairCheckout(project.git, folder, base, candidate);
        if (blocked)
          report({
            kind: 'noticed',
            sentence: `${folder} still shows the state before the landing: ${blocked.reason}`,
          });
      }
      // The replay is a pure function: it names the same commits again.
      const again = await replay(await project.own(), base, entry.head);
      const landedAs = again.kind === 'clean' ? again.landedAs : new Map();
      await finishLanded(lander, entry, {
        base,
        commit: candidate,
        landedAs,
        note: 'finished after an interruption',
      });
      continue;
    }
    await store.write((trx) =>
      moveEntry(store, trx, entry, { status: 'waiting', reason: 'its lander was interrupted' }, lander.lease),
    );
  }
}
