// Which tasks a runner takes: those of its section, those of its zone, or all.

import type { AnalyzedTask } from '../../analysis/analyst.ts';
import { ANALYZED, type Wanted } from '../../orchestrator/analysisQuestion.ts';
import type { Gate } from '../../orchestrator/gate.ts';
import type { Project } from '../../orchestrator/project.ts';
import { readZones } from '../../orchestrator/zones.ts';
import { listSections } from '../../store/sections.ts';
import { listTasks } from '../../store/tasks.ts';
import { isOfZones } from '../../task/start.ts';

export interface Scope {
  readonly section: { readonly id: string; readonly name: string } | null;
  /** A zone's name. */
  readonly zone: string | null;
}

/** @returns whether a runner takes a task, as far as its section and its zone go */
export type Takes = (scope: Scope, task: Pick<AnalyzedTask, 'section' | 'paths'>) => boolean;

export async function readTakes(project: Project, gate: Gate): Promise<Takes> {
  const { map, sections } = await readZones(project.store.db, gate);
  return ({ section, zone }, task) => {
    if (section !== null && section.name !== task.section) return false;
    if (zone === null) return true;
    const own = sections.find(({ name }) => name === task.section) ?? null;
    return isOfZones(map.ofTask({ paths: task.paths, section: own }), [zone]);
  };
}

/** All that any of these runners may take. */
export async function wantedBy(project: Project, takes: Takes, scopes: readonly Scope[]): Promise<Wanted> {
  const { db } = project.store;
  if (scopes.some(({ section, zone }) => section === null && zone === null))
    return { sections: [...(await listSections(db)).map(({ id }) => id), null] };
  if (scopes.every(({ zone }) => zone === null))
    return { sections: [...new Set(scopes.flatMap(({ section }) => section?.id ?? []))] };
  const tasks = await listTasks(db, { statuses: ANALYZED });
  const wanted = tasks.filter(({ section, paths }) =>
    scopes.some((scope) => takes(scope, { section: section?.name ?? null, paths })),
  );
  return { tasks: wanted.map(({ id }) => id) };
}
