import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { askLsof, describeHolders, findHolders } from '../../src/process/holders.ts';
import { temporaryFolder } from '../support/folder.ts';

const lsof = ['/usr/bin/lsof', '/usr/sbin/lsof', '/bin/lsof'].some(existsSync);

/** A grandchild: our own children are git, whom we ask. @returns its process id */
async function start(cwd: string, script: string): Promise<number> {
  const child = spawn('sh', ['-c', `(${script}) & echo "pid $!"`], {
    cwd: '/',
    env: { ...process.env, HERE: cwd },
  });
  // Both write, and who does first is not said.
  let said = '';
  const started = () => /^pid ([1-9]\d*)$/m.exec(said)?.[1];
  while (!(started() && /^ready$/m.test(said))) said += String((await once(child.stdout, 'data'))[0]);
  const pid = Number(started());
  onTestFinished(() => void process.kill(pid, 'SIGKILL'));
  return pid;
}

describe.each([
  ['/proc or lsof', findHolders, true],
  ['lsof', askLsof, lsof],
] as const)('by %s', (_, find, there) => {
  const given = test.skipIf(!there);

  given('who works in the folder, or has a file open in it, holds it', async () => {
    const folder = temporaryFolder();
    const inside = path.join(folder, 'a', 'b');
    mkdirSync(inside, { recursive: true });
    const ready = 'echo ready; exec sleep 600';
    const pids = [
      await start(folder, `cd "$HERE"; ${ready}`),
      await start(inside, `cd "$HERE"; ${ready}`),
      await start(folder, `exec 5> "$HERE/file"; ${ready}`),
    ];
    await start(`${folder}x`, `mkdir "$HERE"; cd "$HERE"; ${ready}`);
    const found = await find(folder);
    expect(found.map((holder) => holder.pid).sort()).toEqual(pids.sort());
    expect(await find(temporaryFolder())).toEqual([]);
  });
});

test('neither we nor our children hold it', async () => {
  const folder = temporaryFolder();
  const child = spawn('cat', { cwd: folder, stdio: ['pipe', 'pipe', 'ignore'] });
  onTestFinished(() => void child.kill());
  child.stdin.write('.');
  await once(child.stdout, 'data');
  expect(await findHolders(folder)).toEqual([]);
});

test('in words', () => {
  const holder = (pid: number) => ({ pid, name: 'node' });
  expect(describeHolders([holder(1)])).toBe('node (process 1)');
  expect(describeHolders([holder(1), holder(2)])).toBe('node (process 1) and node (process 2)');
  expect(describeHolders([1, 2, 3, 4].map(holder))).toMatch(/\(process 3\) and 1 more$/);
});
