import { tmpdir } from 'node:os';
import { isWritable } from '../../disk/files.ts';
import { openGit } from '../../git/client.ts';
import { gitVersion } from '../../git/porcelain.ts';
import { openStore } from '../../store/open.ts';
import { Problem } from '../../task/problem.ts';
import { requireGit } from '../preflight.ts';
import type { Host } from '../project.ts';
import { type Checkup, checkUp, ok, problem } from './checkup.ts';

/** As package.json says under `engines`. */
export const OLDEST_NODE = [22, 22] as const;

export async function checkInstallation(host: Host): Promise<Checkup[]> {
  return [
    checkNode(),
    ...(await checkUp('database driver', () => checkDriver(host))),
    ...(await checkUp('git', async () => {
      const version = await gitVersion(openGit(host.cwd, host.environment)).catch((error: Error) => {
        throw new Problem(
          'environment',
          'git-missing',
          `git cannot be started: ${error.message}`,
          'Install git.',
        );
      });
      requireGit(version);
      return ok('git', `git ${version.join('.')}`);
    })),
    ...(await checkUp('temporary folder', async () => {
      const folder = tmpdir();
      if (await isWritable(folder)) return ok('temporary folder', folder);
      return problem('temporary folder', `${folder} cannot be written`, 'Set TMPDIR to a folder that can.');
    })),
  ];
}

function checkNode(): Checkup {
  const { node } = process.versions;
  const [major = 0, minor = 0] = node.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]))
    return ok('node', `Node ${node}`);
  return problem('node', `Node ${node} is too old`, `Install Node ${OLDEST_NODE.join('.')} or newer.`);
}

/** Its native part is built for one Node and one system; a database in memory needs nothing else. */
async function checkDriver(host: Host): Promise<Checkup> {
  try {
    await (await openStore({ ...host, file: ':memory:', create: true })).close();
    return ok('database driver', 'loads');
  } catch (error) {
    return problem(
      'database driver',
      error,
      'Install it for this Node: npm rebuild better-sqlite3, or npm ci',
    );
  }
}
