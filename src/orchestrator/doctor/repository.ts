import { tmpdir } from 'node:os';
import path from 'node:path';
import { exists, freeSpace } from '../../disk/files.ts';
import { outdatedHooks } from '../../hooks/install.ts';
import { shortSha } from '../../task/ids.ts';
import { type Grounds, readMain } from '../project.ts';
import { type Checkup, checkUp, ok, problem, warning } from './checkup.ts';

export async function checkRepository(grounds: Grounds): Promise<Checkup[]> {
  return [
    ...(await checkUp('repository', () => checkKind(grounds))),
    ...(await checkUp('main', async () => {
      const main = await readMain(grounds);
      return ok('main', `tasks land on "${grounds.main}" (${shortSha(main)})`);
    })),
    ...(await checkUp('hooks', () => checkHooks(grounds))),
    ...(await checkUp('disk', () => checkSpace(grounds))),
  ];
}

async function checkKind({ repository }: Grounds): Promise<Checkup[]> {
  const { commonDir, home, objectFormat } = repository;
  const kind = repository.topLevel === undefined ? 'bare or asked from its git directory' : 'with a checkout';
  const checkups = [ok('repository', `${home} (${kind}, ${objectFormat})`)];
  if (await exists(path.join(commonDir, 'shallow')))
    checkups.push(
      warning(
        'repository',
        'this clone is shallow: what main no longer has cannot be told',
        'git fetch --unshallow',
      ),
    );
  return checkups;
}

async function checkHooks({ repository, folders }: Grounds): Promise<Checkup> {
  if (!(await exists(folders.hooks))) return ok('hooks', 'are written when the first runner starts');
  const outdated = await outdatedHooks(repository, folders.hooks);
  if (outdated.length === 0) return ok('hooks', `current (${folders.hooks})`);
  return warning(
    'hooks',
    `${outdated.join(', ')} in ${folders.hooks} is missing or of another version`,
    'The next start writes them: steroids run',
  );
}

const GIB = 2 ** 30;
const LITTLE = 2 * GIB;
const TOO_LITTLE = GIB / 5;

async function checkSpace({ repository, folders }: Grounds): Promise<Checkup[]> {
  const places = [...new Set([folders.base, path.dirname(repository.home), tmpdir()])];
  return await Promise.all(
    places.map(async (place) => {
      const free = await freeSpace(place);
      const sentence = `${(free / GIB).toFixed(1)} GiB are free at ${place}`;
      const remedy = 'Make room: worktrees hold a checkout and dependencies each.';
      if (free < TOO_LITTLE) return problem('disk', sentence, remedy);
      return free < LITTLE ? warning('disk', sentence, remedy) : ok('disk', sentence);
    }),
  );
}
