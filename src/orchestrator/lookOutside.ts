// What a coder at work changes outside of its zones, so that a person learns of it before it is submitted. What is done about
// it is done then: until it ends, a coder may take it back.

import { recordEvent } from '../store/events.ts';
import { getTask } from '../store/tasks.ts';
import type { Task } from '../task/task.ts';
import type { Gate } from './gate.ts';
import { outsideOf, outsideText } from './outside.ts';
import type { Session } from './session.ts';
import type { Look } from './watchWorktree.ts';
import { readZones, zonesOf } from './zones.ts';

/** Undefined where nobody speaks of zones. */
export async function lookOutside(session: Session, gate: Gate, task: Task): Promise<Look | undefined> {
  const { project, report } = session;
  const { store } = project;
  const zones = await readZones(store.db, gate);
  if (zonesOf(zones, task).length === 0 || (!zones.apart && gate.config.runners.zones.length === 0))
    return undefined;
  const told = new Set<string>();
  return async (changed) => {
    // A person may have given it other paths meanwhile.
    const own = zonesOf(zones, (await getTask(store.db, task.id)) ?? task);
    if (own.length === 0) return;
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
}
