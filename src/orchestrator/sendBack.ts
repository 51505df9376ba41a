// A queue entry that does not land as it is: its task goes back to the coder, an entry without one ends.

import type { Entry } from '../store/entries.ts';
import type { Layout } from '../task/attempt.ts';
import type { TaskEvent } from '../task/event.ts';
import type { Sha } from '../task/ids.ts';
import type { StoredStatus } from '../task/status.ts';
import { about } from './aboutEntry.ts';
import type { Gate } from './gate.ts';
import type { Lander } from './lander.ts';
import { applyHeld, moveHeld } from './writeEntry.ts';

/** What said no, for people and for the coder. */
interface Broken {
  readonly reason: string;
  readonly log: string;
  readonly logFile: string;
}

/** @param what "verification failed" */
export async function sendBackBroken(
  lander: Lander,
  gate: Gate,
  entry: Entry,
  candidate: { readonly base: Sha; readonly commit: Sha },
  failed: Broken,
  what = 'verification failed',
): Promise<void> {
  const { project } = lander.session;
  const layout: Layout = { onto: candidate.base, laid: candidate.commit, head: entry.head, conflict: null };
  await sendBack(lander, gate, entry, {
    kind: 'setback',
    setback: 'broken',
    reason: `${what}: ${failed.reason}`,
    feedback: `${failed.reason}. It was tried with today's ${project.main} below it. The end of its log (${failed.logFile}):\n\n${failed.log}`,
    layout: layout.laid === layout.head ? null : layout,
    head: null,
    commits: [],
  });
}

export async function sendBack(
  lander: Lander,
  gate: Gate,
  entry: Entry,
  event: Extract<TaskEvent, { kind: 'setback' }>,
): Promise<void> {
  const { report } = lander.session;
  let status: StoredStatus | 'ended' = 'ended';
  if (entry.taskId === null) {
    const ended = event.setback === 'conflicted' ? 'conflicted' : 'broken';
    await moveHeld(lander, entry, { status: ended, reason: event.reason });
  } else {
    status = await applyHeld(lander, gate.limits, entry, event);
  }
  report({ kind: 'sent-back', ...about(entry), reason: event.reason, status });
}
