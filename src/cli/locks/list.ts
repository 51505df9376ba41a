import { type HolderState, isReleasable, type Lock, listLocks } from '../../orchestrator/locks.ts';
import { printable } from '../../task/quote.ts';
import { command } from '../command.ts';
import { isoTime } from '../documents.ts';
import { table } from '../table.ts';
import { count, duration } from '../words.ts';

export default command(
  (yargs) => yargs,
  async (_args, context) => {
    const { host, style, terminal, project } = context;
    const locks = await listLocks(await project());
    const now = host.now();
    const { shown, more } = withoutMany(locks);
    const rows = shown.map((lock) => [
      printable(lock.name),
      lock.mode ?? lock.kind,
      duration(now - lock.since),
      expiry(lock, now),
      STATES[lock.state],
      lock.holder,
    ]);
    const columns = [
      { name: 'NAME' },
      { name: 'KIND' },
      { name: 'AGE' },
      { name: 'EXPIRES' },
      { name: 'HOLDER' },
      { name: 'HELD BY', flexible: true },
    ];
    const lines = [table(columns, rows, terminal.columns, (line) => style.dim(line))];
    lines.push(...more);
    if (locks.some(isReleasable)) lines.push('What the dead hold is given back by: steroids recover');
    return {
      data: locks.map((lock) => lockDocument(lock, now)),
      text: locks.length === 0 ? 'Nothing is held.' : lines.join('\n'),
    };
  },
);

/** A task may have changed hundreds of files: the table has the first ones of each, `--json` all. */
const FILES_OF_ONE = 10;

function withoutMany(locks: readonly Lock[]): {
  readonly shown: readonly Lock[];
  readonly more: readonly string[];
} {
  const seen = new Map<string, number>();
  const shown = locks.filter((lock) => {
    if (!lock.name.startsWith('file:')) return true;
    const nth = (seen.get(lock.holder) ?? 0) + 1;
    seen.set(lock.holder, nth);
    return nth <= FILES_OF_ONE;
  });
  const more = [...seen]
    .filter(([, files]) => files > FILES_OF_ONE)
    .map(
      ([holder, files]) =>
        `… and ${count(files - FILES_OF_ONE, 'file')} more of ${holder}: steroids locks list --json`,
    );
  return { shown, more };
}

/** Of the holder, in the table. A task that waits for a person or for the queue is at rest: no process has it. */
const STATES: Readonly<Record<HolderState, string>> = {
  alive: 'alive',
  dead: 'dead',
  elsewhere: 'on another host',
  none: 'at rest',
  ended: 'ended',
};

function expiry(lock: Lock, now: number): string {
  if (lock.expiresAt === null) return 'never';
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
