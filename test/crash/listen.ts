// A command of the program that is listened to, and killed at a point where one is given.

import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { projectAt, type TestProject } from '../support/project.ts';
import type { Armed, Crash } from './preload.ts';

const PRELOAD = new URL('./preload.ts', import.meta.url);

export async function listened(project: TestProject, armed: Armed | undefined, ...words: string[]) {
  const log = path.join(project.outside, 'points');
  rmSync(log, { force: true });
  const crash: Crash = { log, ...(armed ? { armed } : {}) };
  const at = projectAt(project.folder, project.outside, {
    ...project.environment,
    NODE_OPTIONS: `--import=${PRELOAD.href}`,
    STEROIDS_CRASH: JSON.stringify(crash),
  });
  const ran = await at.run(...words);
  const lines = existsSync(log) ? readFileSync(log, 'utf8').split('\n').filter(Boolean) : [];
  return {
    ran,
    /** That were reached, in their order. */ points: lines.map((line) => line.replace(/^\d+ /, '')),
  };
}
