// A runner's pulse: whether it is told to stop, or its task was taken out of its hands.

import { getRunner } from '../store/runners.ts';
import { listOpenSteps } from '../store/steps.ts';
import type { ActiveRunner } from './seat.ts';

const BEAT_MS = 500;

export interface Pulse {
  readonly timer: NodeJS.Timeout;
  /** The step under way; it is aborted when somebody else ended it. */
  step: { readonly id: number; readonly abort: AbortController } | undefined;
  told: 'none' | 'drain' | 'now';
}

/** Looks whether the runner is told to stop or its task was taken out of its hands. */
export function startPulse(runner: ActiveRunner, abort: AbortController): Pulse {
  const { store } = runner.session.project;
  let busy = false;
  const beat = async () => {
    const row = await getRunner(store.db, runner.id);
    if (row) pulse.told = row.stop;
    if (!row || row.state === 'stopped' || row.stop === 'now') abort.abort();
    const { step } = pulse;
    if (
      step &&
      !(await listOpenSteps(store.db, { runnerId: runner.id })).some((open) => open.id === step.id)
    ) {
      step.abort.abort();
    }
  };
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    // A store that cannot be asked now is asked again at the next beat; the lease decides in the end.
    void beat()
      .catch(() => undefined)
      .finally(() => {
        busy = false;
      });
  }, BEAT_MS);
  const pulse: Pulse = { timer, step: undefined, told: 'none' };
  return pulse;
}
