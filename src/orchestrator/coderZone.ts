// What a coder is told of its zone: its name, its paths, its packages.

import { readFileAt } from '../git/refs.ts';
import { listFiles } from '../git/tree.ts';
import { type Package, packagesIn } from '../structure/packages.ts';
import type { Task } from '../task/task.ts';
import type { Zone } from '../task/zone.ts';
import type { Gate } from './gate.ts';
import type { Project } from './project.ts';
import { readZones, zonesOf } from './zones.ts';

export interface CoderZone {
  /** What its task touches; empty where nothing is known. */
  readonly zones: readonly Zone[];
  /** All other ones. */
  readonly others: readonly Zone[];
  readonly packages: readonly Package[];
}

export async function readCoderZone(project: Project, gate: Gate, task: Task): Promise<CoderZone> {
  const all = await readZones(project.store.db, gate);
  const zones = zonesOf(all, task);
  const others = all.map.zones.filter((zone) => !zones.includes(zone));
  if (zones.length === 0) return { zones, others, packages: [] };
  const files = await listFiles(project.git, gate.main);
  const read = (path: string) => readFileAt(project.git, gate.main, path);
  return { zones, others, packages: await packagesIn(files, read, all.map, zones) };
}

/** One a line: names and folders may hold spaces. */
export function zoneEnvironment({ zones, packages }: CoderZone): Record<string, string> {
  return {
    STEROIDS_ZONE: zones.map(({ name }) => name).join('\n'),
    STEROIDS_PACKAGES: packages.map(({ folder }) => folder).join('\n'),
  };
}
