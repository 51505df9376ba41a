import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { identify, isAlive } from '../../src/process/identity.ts';
import { endStartedBy, ownMark } from '../../src/process/marked.ts';

/** A process that starts another one in a group and a session of its own, and tells its id. */
async function starter(): Promise<{ readonly pid: number; readonly daemon: number; kill(): Promise<void> }> {
  const code = `
    import { spawn } from 'node:child_process';
    import { ownMark } from ${JSON.stringify(path.resolve('src/process/marked.ts'))};
    const daemon = spawn('sh', ['-c', 'sleep 600 & wait'], { detached: true, stdio: 'ignore', env: { ...process.env, ...ownMark() } });
    daemon.unref();
    console.log(daemon.pid);
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [said] = await once(child.stdout, 'data');
  return {
    pid: child.pid as number,
    daemon: Number(said),
    async kill() {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

test('what a killed process had started is found and ended, also when it left the process group', async () => {
  const first = await starter();
  const other = await starter();
  const owner = identify(first.pid);
  const daemons = [identify(first.daemon), identify(other.daemon)];
  await first.kill();
  expect(daemons.map(isAlive)).toEqual(['alive', 'alive']);
  expect(await endStartedBy(owner)).toBe(1);
  expect(daemons.map(isAlive)).toEqual(['dead', 'alive']);
  expect(await endStartedBy(owner)).toBe(0);
  await endStartedBy(identify(other.pid));
});

test('the mark is this process’s own', () => {
  expect(ownMark().STEROIDS_PROCESS).toContain(` ${process.pid} `);
});
