// A command that was red once and green on the second try, on the same commit: passed, counted and named.

import { recordEvent } from '../store/events.ts';
import type { Trx } from '../store/open.ts';
import { type Flaky, listFlaky } from '../store/verifications.ts';
import type { Sha } from '../task/ids.ts';
import type { Project } from './project.ts';

/**
 * Writes it into the history, once its verification is recorded.
 * @returns how often that makes it
 */
export async function recordFlaky(
  project: Project,
  trx: Trx,
  command: string,
  commit: Sha,
  of: { readonly taskId: string | null; readonly entryId: string | null },
): Promise<Flaky> {
  const [known] = await listFlaky(trx, command);
  const flaky = { command, times: known?.times ?? 1 };
  await recordEvent(trx, { at: project.host.now(), kind: 'flaky', ...of, data: { ...flaky, commit } });
  return flaky;
}

export function flakySentence(flaky: Flaky): string {
  const often = flaky.times === 1 ? 'for the first time' : `${flaky.times} times so far`;
  return `\`${flaky.command}\` was red once and green on the second try: flaky (${often})`;
}
