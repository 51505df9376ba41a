// While a coder is at work: what it changes outside of its zones, so that a person learns of it before it is submitted.
// What is done about it is done then: until it ends, a coder may take it back.

import { changedInWorktree } from '../git/changedPaths.ts';
import type { Git } from '../git/client.ts';
import { recordEvent } from '../store/events.ts';
import type { Sha } from '../task/ids.ts';
import type { Task } from '../task/task.ts';
import type { Gate } from './gate.ts';
import { outsideOf, outsideText } from './outside.ts';
import type { Session } from './session.ts';
import { readZones, zonesOf } from './zones.ts';

/** One look is a `git status`: 0.05 s of a processor for 20,000 files. */
const LOOK_MS = 5_000;

export interface OutsideWatch {
  /** No look is under way any more when it resolves. */
  end(): Promise<void>;
}

/**
 * Watches only where somebody speaks of zones.
 * @param worktree the coder's
 * @param base where it began
 */
export async function watchOutside(
  session: Session,
  gate: Gate,
  task: Task,
  worktree: Git,
  base: Sha,
): Promise<OutsideWatch> {
  const { project, report } = session;
  const { store } = project;
  const zones = await readZones(store.db, gate);
  const own = zonesOf(zones, task);
  if (own.length === 0 || (!zones.apart && gate.config.runners.zones.length === 0))
    return { end: async () => {} };
  const told = new Set<string>();
  const look = async () => {
    const changed = await changedInWorktree(worktree, base);
    const outside = outsideOf(
      zones,
      own,
      changed.filter((path) => !told.has(path)),
    );
    if (!outside) return;
    for (const path of outside.paths) told.add(path);
    const text = outsideText(outside);
    report({ kind: 'noticed', sentence: `${task.id} “${task.title}”: its coder is changing ${text}` });
    const data = {
      paths: outside.paths.slice(0, 100),
      zones: own.map(({ name }) => name),
      working: true,
      text,
    };
    await store.write((trx) => recordEvent(trx, { at: store.now(), kind: 'outside', taskId: task.id, data }));
  };
  let looking: Promise<void> | undefined;
  const timer = setInterval(() => {
    // What cannot be looked at now (git is busy there) is looked at again, and in the end.
    looking ??= look()
      .catch(() => undefined)
      .finally(() => {
        looking = undefined;
      });
  }, LOOK_MS);
  return {
    async end() {
      clearInterval(timer);
      await looking;
    },
  };
}
