// Telling runners of whatever process to stop, and waiting until they have.

import { isAlive, type ProcessIdentity } from '../process/identity.ts';
import { askRunnerToStop, getRunner, type Runner } from '../store/runners.ts';
import type { Project } from './project.ts';
import { reapRunners } from './recovery.ts';

const LOOK_MS = 100;

/** @returns the runners that have ended; a dead one is cleared up */
export async function stopRunners(
  project: Project,
  runners: readonly Runner[],
  options: { readonly now: boolean; readonly wait: boolean },
): Promise<Runner[]> {
  const { store, host } = project;
  await store.write(async (trx) => {
    for (const runner of runners) await askRunnerToStop(store, trx, runner.id, options.now ? 'now' : 'drain');
  });
  const ended: Runner[] = [];
  for (const runner of runners) {
    for (;;) {
      const current = await getRunner(store.db, runner.id);
      if (!current || current.state === 'stopped') {
        ended.push(current ?? runner);
        break;
      }
      if (isAlive(JSON.parse(runner.process) as ProcessIdentity) === 'dead') {
        await reapRunners(project);
        continue;
      }
      if (!options.wait) break;
      await host.sleep(LOOK_MS);
    }
  }
  return ended;
}
