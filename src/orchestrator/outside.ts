// What a task changes outside of its zones: found from its commits, told to whoever reviews it, and dealt with by
// `runners.outside`.

import { changedPaths } from '../git/changedPaths.ts';
import type { Sha } from '../task/ids.ts';
import { listed } from '../task/list.ts';
import type { Task } from '../task/task.ts';
import type { Zone } from '../task/zone.ts';
import type { Gate } from './gate.ts';
import type { Project } from './project.ts';
import { readZones, type Zones, zonesOf, zonesText } from './zones.ts';

export interface Outside {
  readonly in: Zones;
  /** The task's own. */
  readonly zones: readonly Zone[];
  /** All that it changes. */
  readonly changed: readonly string[];
  readonly paths: readonly string[];
}

const SHOWN = 5;

/** @returns undefined where it stays within its zones, or nobody knows them */
export async function findOutside(
  project: Project,
  gate: Gate,
  task: Task,
  head: Sha,
): Promise<Outside | undefined> {
  const zones = await readZones(project.store.db, gate);
  const own = zonesOf(zones, task);
  if (own.length === 0) return undefined;
  return outsideOf(zones, own, await changedPaths(await project.own(), gate.main, head));
}

export function outsideOf(
  zones: Zones,
  own: readonly Zone[],
  changed: readonly string[],
): Outside | undefined {
  const paths = changed.filter((path) => !own.includes(zones.map.owner(path)));
  return paths.length === 0 ? undefined : { in: zones, zones: own, changed, paths };
}

/** `web/a.ts (zone "web"), package.json (zone "shared") and 3 more, outside of its zone "api"` */
export function outsideText({ in: { map }, zones, paths }: Outside): string {
  const named = paths.map((path) => `${path} (${zonesText([map.owner(path)])})`);
  return `${listed(named, SHOWN)}, outside of its ${zonesText(zones)}`;
}
