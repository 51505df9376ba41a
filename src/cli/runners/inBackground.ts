// Runners in the background: the command line again, without a terminal, until it is registered or has refused.

import path from 'node:path';
import { makeFolder } from '../../disk/files.ts';
import type { Project } from '../../orchestrator/project.ts';
import { startDetached } from '../../process/detach.ts';
import { getRunner, type Runner } from '../../store/runners.ts';
import { Problem } from '../../task/problem.ts';
import type { Context } from '../command.ts';

/**
 * @param words of `steroids …` that starts one runner
 * @throws Problem with which it refused, `not-started`
 */
export async function startInBackground(
  context: Context,
  project: Project,
  words: readonly string[],
): Promise<Runner> {
  await makeFolder(project.folders.logs);
  const log = path.join(project.folders.logs, 'detached.log');
  // Whoever would be asked has been asked by now.
  const all = [...words, '--no-analyze-conflicts', '--json'];
  const started = await startDetached([...context.host.self, ...all], {
    cwd: context.host.cwd,
    environment: context.host.environment as Record<string, string>,
    log,
  });
  if (started.kind === 'ended') throw refusalOf(started.stdout, started.code, log);
  const runner = await getRunner(project.store.db, String((started.said as { id: string }).id));
  if (!runner) throw new TypeError('a runner came up and is not in the store');
  return runner;
}

/** It has said why in its one document. */
function refusalOf(stdout: string, code: number | undefined, log: string): Error {
  try {
    const { error } = JSON.parse(stdout.trim());
    return new Problem(error.kind, error.code, error.message, error.hint);
  } catch {
    return new Problem(
      'environment',
      'not-started',
      `the runner ended with code ${code} before it was up; see ${log}`,
    );
  }
}

/** `runner-2 (k3j9…) works in the background in section “API”. Stop it: …` */
export function backgroundText({ id, number, section, zone }: Runner): string {
  const where = section ? ` in section “${section.name}”` : zone ? ` in zone “${zone}”` : '';
  return `runner-${number} (${id}) works in the background${where}. Stop it: steroids runners stop ${id}`;
}
