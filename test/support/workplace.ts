import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Containment } from '../../src/process/containment.ts';
import { type Command, type Working, work } from '../../src/process/work.ts';
import { temporaryFolder } from './folder.ts';

/** A folder with a log, and commands that run there, kept together in that way. */
export function workplaceIn(containment: Containment) {
  const folder = temporaryFolder();
  const log = path.join(folder, 'log');
  const run = (command: Command, working: Partial<Working> = {}) =>
    work(command, {
      cwd: folder,
      environment: { PATH: process.env.PATH ?? '' },
      log,
      timeLimit: 3_600_000,
      signal: new AbortController().signal,
      containment,
      ...working,
    });
  return { folder, log, run, logged: () => readFileSync(log, 'utf8') };
}
