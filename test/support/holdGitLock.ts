// Takes the git lock of a repository, says so, and keeps it. Argument: a folder of the repository.

import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { withGitLock } from '../../src/orchestrator/gitLock.ts';
import { type Host, openProject } from '../../src/orchestrator/project.ts';
import { identify } from '../../src/process/identity.ts';
import { newId } from '../../src/task/ids.ts';

export const hostAt = (cwd: string, environment: NodeJS.ProcessEnv): Host => ({
  cwd,
  environment,
  now: Date.now,
  newId: () => newId((bound) => randomInt(bound)),
  sleep: (ms) => sleep(ms),
  elapsed: () => performance.now(),
  identify: () => identify(process.pid),
  self: [],
});

const [, script = '', folder] = process.argv;
if (import.meta.filename === script && folder !== undefined) {
  const project = await openProject(hostAt(folder, process.env));
  await withGitLock(project, async () => {
    process.stdout.write('held\n');
    await new Promise((resolve) => process.stdin.on('end', resolve).resume());
  });
  await project.close();
}
