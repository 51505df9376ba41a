import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { identify, isAlive } from '../../src/process/identity.ts';

async function startSleeper() {
  const child = spawn('sleep', ['3600'], { stdio: 'ignore' });
  await once(child, 'spawn');
  onTestFinished(() => void child.kill('SIGKILL'));
  return { child, identity: identify(child.pid ?? 0) };
}

test('we ourselves are alive', () => {
  expect(isAlive(identify(process.pid))).toBe('alive');
});

test('is the same whenever it is asked for, and survives JSON', async () => {
  const { identity, child } = await startSleeper();
  expect(identify(child.pid ?? 0)).toEqual(identity);
  expect(isAlive(JSON.parse(JSON.stringify(identity)))).toBe('alive');
});

test('a process that has ended is dead', async () => {
  const { identity, child } = await startSleeper();
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(isAlive(identity)).toBe('dead');
  expect(isAlive(identify(identity.pid))).toBe('dead');
});

test('somebody else with the same pid is not the one we knew', () => {
  const identity = identify(process.pid);
  expect(isAlive({ ...identity, started: `${identity.started}1` })).toBe('dead');
  expect(isAlive({ ...identity, started: '' })).toBe('dead');
  expect(isAlive({ ...identity, boot: 'before the restart' })).toBe('dead');
});

test('of another host nothing can be said', () => {
  expect(isAlive({ ...identify(process.pid), host: 'elsewhere.example.org' })).toBe('elsewhere');
});

test('nor of another process namespace, where a pid is that of somebody else', () => {
  expect(isAlive({ ...identify(process.pid), namespace: 'pid:[1]' })).toBe('elsewhere');
});
