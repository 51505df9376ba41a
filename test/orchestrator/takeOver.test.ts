import { expect, test } from 'vitest';
import type { Project } from '../../src/orchestrator/project.ts';
import { hasRunOut } from '../../src/orchestrator/takeOver.ts';

const TTL = 30_000;

/** A machine: the clock goes on while it sleeps, the time that it was awake does not. */
function makeMachine() {
  let now = 1_000_000;
  let elapsed = 0;
  const project = { host: { now: () => now, elapsed: () => elapsed } } as unknown as Project;
  return {
    asleep(ms: number) {
      now += ms;
    },
    awake(ms: number) {
      now += ms;
      elapsed += ms;
    },
    expiry: () => now + TTL,
    runOut: (expiresAt: number) => hasRunOut(project, 'lander:main', expiresAt, TTL),
  };
}

test('a lease that has run out counts when it was seen so for a third of its length', () => {
  const machine = makeMachine();
  const expiry = machine.expiry();
  machine.awake(TTL - 1);
  expect(machine.runOut(expiry)).toBe(false);
  machine.awake(1);
  expect(machine.runOut(expiry)).toBe(false);
  machine.awake(TTL / 3 - 1);
  expect(machine.runOut(expiry)).toBe(false);
  machine.awake(1);
  expect(machine.runOut(expiry)).toBe(true);
});

test('the sleep of a laptop takes no lease from anybody', () => {
  const machine = makeMachine();
  const expiry = machine.expiry();
  machine.asleep(10 * TTL);
  expect(machine.runOut(expiry)).toBe(false);
  machine.asleep(10 * TTL);
  expect(machine.runOut(expiry)).toBe(false);
});

test('a lease that was renewed meanwhile is looked at anew', () => {
  const machine = makeMachine();
  const expiry = machine.expiry();
  machine.awake(TTL);
  expect(machine.runOut(expiry)).toBe(false);
  const renewed = machine.expiry();
  machine.awake(TTL);
  expect(machine.runOut(renewed)).toBe(false);
  machine.awake(TTL / 3 - 1);
  expect(machine.runOut(renewed)).toBe(false);
});
