// Who has to review a commit, as the configuration on main says.

import { type Panel, pathPanels, usualPanel } from '../config/reviewers.ts';
import { changedPaths } from '../git/changedPaths.ts';
import type { Sha } from '../task/ids.ts';
import type { Task } from '../task/task.ts';
import type { Gate } from './gate.ts';
import type { Project } from './project.ts';

/**
 * A section's reviewers judge all of its tasks, a path's all that changes something there, the usual ones the rest. A coder
 * that changes more than one of them meets all of their reviewers: it cannot choose a milder one.
 */
export async function reviewersOf(project: Project, gate: Gate, task: Task, head: Sha): Promise<Panel[]> {
  const usual = usualPanel(gate.config, task.section?.name);
  const byPath = pathPanels(gate.config);
  if (byPath.length === 0) return [usual];
  const own = await project.own();
  const rest = new Set(await changedPaths(own, gate.main, head, ['**']));
  const panels: Panel[] = [];
  for (const [glob, panel] of byPath) {
    // The first glob that a path matches is the one that counts.
    const matching = (await changedPaths(own, gate.main, head, [glob])).filter((path) => rest.delete(path));
    if (matching.length > 0) panels.push(panel);
  }
  return usual.whole || rest.size > 0 || panels.length === 0 ? [usual, ...panels] : panels;
}

/** Where a person is named, in words; undefined where none is. */
export function personIn(panels: readonly Panel[]): string | undefined {
  const named = panels.filter((panel) => panel.by.includes('human')).map((panel) => panel.where);
  return named.length === 0 ? undefined : `a person has to review it (${named.join(', ')})`;
}
