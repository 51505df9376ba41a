import { isReleasable, type Lock, listLocks } from '../../orchestrator/locks.ts';
import { command } from '../command.ts';
import { isoTime } from '../documents.ts';
import { table } from '../table.ts';
import { duration } from '../words.ts';

export default command(
  (yargs) => yargs,
  async (_args, context) => {
    const { host, style, terminal, project } = context;
    const locks = await listLocks(await project());
    const now = host.now();
    const rows = locks.map((lock) => [
      lock.name,
      lock.mode ?? lock.kind,
      lock.state,
      duration(now - lock.since),
      expiry(lock, now),
      lock.holder,
    ]);
    const columns = [
      { name: 'NAME' },
      { name: 'KIND' },
      { name: 'HOLDER IS' },
      { name: 'FOR' },
      { name: 'EXPIRES' },
      { name: 'HOLDER', flexible: true },
    ];
    const lines = [table(columns, rows, terminal.columns, (line) => style.dim(line))];
    if (locks.some(isReleasable)) lines.push('What the dead hold is given back by: steroids recover');
    return {
      data: locks.map((lock) => lockDocument(lock, now)),
      text: locks.length === 0 ? 'Nothing is held.' : lines.join('\n'),
    };
  },
);

function expiry(lock: Lock, now: number): string {
  if (lock.expiresAt === null) return '';
  return lock.expired ? 'expired' : `in ${duration(lock.expiresAt - now)}`;
}

export function lockDocument(lock: Lock, now: number) {
  const { since, expiresAt, stop: _, ...rest } = lock;
  return {
    ...rest,
    since: isoTime(since),
    ageMs: now - since,
    expiresAt: isoTime(expiresAt),
    releasable: isReleasable(lock),
  };
}
