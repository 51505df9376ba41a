import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for a condition; whoever waits for what never comes is ended by the test's own time limit. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(20);
}
