/** Milliseconds until a task that failed is tried again: longer each time. */
export function backoffMs(failures: number): number {
  return Math.min(1_000 * 2 ** failures, 60_000);
}
