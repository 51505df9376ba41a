// The product's own project and store, opened from its sources: for setting up what is then measured.

import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Host, openProject, type Project } from '../src/orchestrator/project.ts';
import { identify } from '../src/process/identity.ts';
import { newId } from '../src/task/ids.ts';
import type { Place } from './measure.ts';

export function hostIn(place: Place): Host {
  return {
    cwd: place.cwd,
    environment: place.environment,
    now: Date.now,
    newId: () => newId((bound) => randomInt(bound)),
    sleep: (ms) => sleep(ms),
    elapsed: () => performance.now(),
    identify: () => identify(process.pid),
    self: [],
  };
}

export async function withProject<T>(place: Place, work: (project: Project) => Promise<T>): Promise<T> {
  const project = await openProject(hostIn(place));
  try {
    return await work(project);
  } finally {
    await project.close();
  }
}

/** A task without section, specification or paths. */
export function plainTask(title: string) {
  return { title, spec: '', sectionId: null, priority: 0, paths: [], coder: null };
}
