// Who has to review a commit, as the configuration on main says.

import { type Panel, pathPanels, usualPanel, zonePanels } from '../config/reviewers.ts';
import { changedPaths } from '../git/changedPaths.ts';
import { type Change, type Judges, judgesOf } from '../review/judges.ts';
import { getAttempt } from '../store/attempts.ts';
import type { Sha } from '../task/ids.ts';
import type { Task } from '../task/task.ts';
import { type Gate, readGate } from './gate.ts';
import type { Project } from './project.ts';
import { readZones, zonesOf } from './zones.ts';

/** @param head what is judged: all that it changes since it left main is looked at, and nothing that is said of it */
export async function reviewersOf(project: Project, gate: Gate, task: Task, head: Sha): Promise<Judges[]> {
  const usual = usualPanel(gate.config, task.section?.name);
  const globs = pathPanels(gate.config);
  const zones = new Map(zonePanels(gate.config));
  if (globs.length === 0 && zones.size === 0) return judgesOf(usual, { paths: [], byPath: [], byZone: [] });
  const own = await project.own();
  const paths = await changedPaths(own, gate.main, head);
  const rest = new Set(paths);
  const byPath: { panel: Panel; paths: string[] }[] = [];
  for (const [glob, panel] of globs) {
    // The first glob that a path matches is the one that counts.
    const matching = (await changedPaths(own, gate.main, head, [glob])).filter((path) => rest.delete(path));
    byPath.push({ panel, paths: matching });
  }
  return judgesOf(usual, { paths, byPath, byZone: await zoneParts(project, gate, zones, paths) });
}

/** Of each zone with reviewers, what changes in it: whose a path is, the most specific glob says. */
async function zoneParts(
  project: Project,
  gate: Gate,
  zones: ReadonlyMap<string, Panel>,
  paths: readonly string[],
): Promise<Change['byZone']> {
  if (zones.size === 0) return [];
  const { map } = await readZones(project.store.db, gate);
  const owned = Map.groupBy(paths, (path) => map.owner(path).name);
  return [...zones].map(([zone, panel]) => ({ zone, panel, paths: owned.get(zone) ?? [] }));
}

/** Who says whether main has a task already. There is no change that could tell it: the task's own zones do. */
export async function confirmersOf(project: Project, gate: Gate, task: Task): Promise<Judges[]> {
  const usual = usualPanel(gate.config, task.section?.name);
  const panels = zonePanels(gate.config);
  if (panels.length === 0) return judgesOf(usual, { paths: [], byPath: [], byZone: [] });
  const names = zonesOf(await readZones(project.store.db, gate), task).map(({ name }) => name);
  const byZone = panels.map(([zone, panel]) => ({ zone, panel, paths: names.filter((one) => one === zone) }));
  return judgesOf(usual, { paths: names, byPath: [], byZone });
}

/** Who has to review what is in review, or disputed, now; undefined for other tasks, or where that cannot be read. */
export async function reviewersNow(project: Project, task: Task): Promise<Judges[] | undefined> {
  if (task.status !== 'review' && task.status !== 'disputed') return undefined;
  const attempt = await getAttempt(project.store.db, task.id, task.attempt);
  const gate = await readGate(project).catch(() => undefined);
  if (!attempt || !gate) return undefined;
  return await reviewersOf(project, gate, task, attempt.headCommit).catch(() => undefined);
}

/** Where a person is named, in words; undefined where none is. */
export function personIn(panels: readonly Panel[]): string | undefined {
  const named = panels.filter((panel) => panel.by.includes('human')).map((panel) => panel.where);
  return named.length === 0 ? undefined : `a person has to review it (${named.join(', ')})`;
}
