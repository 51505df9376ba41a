// Paths that make up the gate (`merge.protected`): no agent's approval is enough for a change to them.

import { changedPaths } from '../git/changedPaths.ts';
import type { TaskEvent } from '../task/event.ts';
import { listed } from '../task/list.ts';
import type { Gate } from './gate.ts';
import type { Project } from './project.ts';

type Approved = Extract<TaskEvent, { kind: 'approved' }>;
type Reserved = Extract<TaskEvent, { kind: 'reserved' }>;

const SHOWN = 5;

/** What becomes of an approval that no person gave: itself, unless the commit changes what is kept for a person. */
export async function unlessProtected(
  project: Project,
  gate: Gate,
  approved: Approved,
): Promise<Approved | Reserved> {
  const { commit, reviewer } = approved;
  const own = await project.own();
  const paths = await changedPaths(own, gate.main, commit, gate.config.merge.protected);
  if (paths.length === 0) return approved;
  const reason = `it changes ${listed(paths, SHOWN)}, which only a person may approve (merge.protected)`;
  return { kind: 'reserved', commit, reviewer, reason };
}
