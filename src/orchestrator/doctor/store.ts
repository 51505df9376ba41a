import { changedAt } from '../../disk/files.ts';
import { findDamage, readJournalMode } from '../../store/backup.ts';
import { listBackups, restoring } from '../../store/damage.ts';
import { listLeases } from '../../store/leases.ts';
import { listRunners } from '../../store/runners.ts';
import { queuePause } from '../pause.ts';
import { type Project, storeFile } from '../project.ts';
import { type Checkup, checkUp, ok, problem, warning } from './checkup.ts';

/** Leases are of seconds; one that ends later than this was taken by a clock that goes wrong. Milliseconds. */
const FAR_MS = 300_000;

export async function checkStore(project: Project): Promise<Checkup[]> {
  return [
    ...(await checkUp('store', () => checkFile(project))),
    ...(await checkUp('clock', () => checkClock(project))),
    ...(await checkUp('queue', () => checkQueue(project))),
  ];
}

async function checkFile(project: Project): Promise<Checkup[]> {
  const file = storeFile(project.folders);
  const damage = await findDamage(project.store.db);
  const [newest] = listBackups(file);
  const copied = newest === undefined ? undefined : await changedAt(newest);
  if (damage.length > 0) {
    const remedy =
      newest === undefined
        ? 'There is no copy yet. Make one of what is left, then report it.'
        : restoring(file);
    return [problem('store', `${file} is damaged: ${damage.join('; ')}`, remedy)];
  }
  const journalMode = await readJournalMode(project.store.db);
  const settings =
    journalMode === 'wal'
      ? ok('store', `${file} is sound`)
      : warning(
          'store',
          `${file} runs with journal ${journalMode}, not wal`,
          'A network or unusual file system may not know write-ahead logs: move the repository to a local disk.',
        );
  const copy =
    copied === undefined
      ? ok('backups', 'the first copy is made by the next start')
      : ok('backups', `the newest copy is ${newest}, of ${new Date(copied).toISOString()}`);
  return [settings, copy];
}

async function checkClock(project: Project): Promise<Checkup[]> {
  const { db } = project.store;
  const late = project.host.now() + FAR_MS;
  const leases = (await listLeases(db)).map((lease) => ({ name: lease.name, at: lease.expiresAt }));
  const runners = (await listRunners(db)).map((runner) => ({
    name: `runner-${runner.number}`,
    at: runner.leaseExpiresAt,
  }));
  const far = [...leases, ...runners].filter((one) => one.at > late);
  if (far.length === 0) return [ok('clock', 'no lease ends later than it should')];
  return far.map(({ name, at }) =>
    warning(
      'clock',
      `${name} expires only at ${new Date(at).toISOString()}: a clock was or is wrong`,
      `Correct the clocks; a dead holder's is given back by: steroids locks release ${name}`,
    ),
  );
}

async function checkQueue(project: Project): Promise<Checkup> {
  const pause = await queuePause(project);
  if (pause === undefined) return ok('queue', 'not paused');
  return warning('queue', `the queue is paused: ${pause.reason}`, 'steroids merge run tries again');
}
