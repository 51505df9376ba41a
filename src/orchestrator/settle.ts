// What a lander that died left behind: git says whether a landing happened, the journal says which.

import { checkoutsOf, repairCheckout } from '../git/checkout.ts';
import { isAncestor } from '../git/refs.ts';
import { replay } from '../git/replay.ts';
import { listWorktrees } from '../git/worktrees.ts';
import { listEntries, moveEntry } from '../store/entries.ts';
import { finishLanded } from './landEntry.ts';
import type { Lander } from './lander.ts';
import { readMain } from './project.ts';

/** Finishes landings whose ref had moved, and puts everything else back into the queue. */
export async function settleInterrupted(lander: Lander): Promise<void> {
  const { project, report } = lander.session;
  const { store } = project;
  for (const entry of await listEntries(store.db)) {
    if (!['verifying', 'verified', 'landing'].includes(entry.status)) continue;
    const { base, candidate } = entry;
    if (
      entry.status === 'landing' &&
      base &&
      candidate &&
      (await isAncestor(project.git, candidate, await readMain(project)))
    ) {
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
