// npm run soak -- [--minutes N] [--kills N] [--seed N]: scenarios whose process is killed at random moments, again and again,
// until all their tasks have landed. Prints what was survived; ends with 1 when an invariant did not hold.

import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { spawnCli } from '../support/projectAt.ts';
import { INVARIANTS, SAFETY, safetyViolations, violations } from './invariants.ts';
import { makeScenario, type Scenario, TITLES } from './scenario.ts';

const { values } = parseArgs({
  options: { minutes: { type: 'string' }, kills: { type: 'string' }, seed: { type: 'string' } },
});
const until = Date.now() + Number(values.minutes ?? 10) * 60_000;
const enough = Number(values.kills ?? Number.POSITIVE_INFINITY);
const seed = Number(values.seed ?? Date.now() % 1_000_000);

/** A small generator of random numbers (mulberry32), so that a seed repeats the moments of a run. */
function randomFrom(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A start takes a fifth of a second, the whole scenario some three. */
const LONGEST_MS = 3_000;
const MOST_KILLS = 12;

const total = { landed: 0, kills: 0, rounds: 0, checked: 0, violated: 0 };

async function round(random: () => number): Promise<void> {
  const scenario = await makeScenario();
  const wrong: string[] = [];
  const planned = 1 + Math.floor(random() * MOST_KILLS);
  let finished = false;
  for (let kill = 0; kill < planned && !finished && Date.now() < until && total.kills < enough; kill++) {
    const killed = await runAndKill(scenario, 100 + random() * LONGEST_MS, random() < 0.5);
    finished = !killed;
    if (killed) total.kills++;
    wrong.push(...safetyViolations(scenario));
    total.checked += SAFETY;
  }
  const last = await scenario.project.run('run', '--runners', '2');
  if (last.code !== 0) wrong.push(`the last run ended with ${last.code}: ${last.err.slice(-2_000)}`);
  wrong.push(...violations(scenario));
  total.checked += INVARIANTS;
  total.landed += TITLES.length;
  total.rounds++;
  if (wrong.length === 0) return scenario.remove();
  total.violated += wrong.length;
  console.log(`VIOLATED in ${scenario.project.folder}:`);
  for (const sentence of wrong) console.log(`  ${sentence}`);
}

/** @returns false when it had ended before */
async function runAndKill(scenario: Scenario, afterMs: number, withGit: boolean): Promise<boolean> {
  const running = spawnCli(scenario.project, ['run', '--runners', '2']);
  const ended = running.then(() => 'ended' as const);
  if ((await Promise.race([ended, sleep(afterMs, 'now' as const)])) === 'ended') return false;
  const gits = withGit ? gitChildrenOf(running.pid ?? 0) : [];
  running.kill('SIGKILL');
  // As a power cut: git is killed with it. Otherwise it lives on for a moment, and finishes what it was told.
  for (const pid of gits) killGroup(pid);
  await running;
  return true;
}

function gitChildrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const stat = readOr(`/proc/${name}/stat`);
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      return parent === pid && stat.includes('(git)') ? [Number(name)] : [];
    });
}

function readOr(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // ended meanwhile
  }
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // ended meanwhile
  }
}

const line = () =>
  `${total.landed} tasks landed, ${total.kills} kills survived, ${total.checked} invariants checked, ${total.violated} violations`;

async function work(random: () => number): Promise<void> {
  while (Date.now() < until && total.kills < enough) {
    await round(random);
    if (total.rounds % 5 === 0) console.log(line());
  }
}

console.log(`seed ${seed}`);
await Promise.all([work(randomFrom(seed)), work(randomFrom(seed + 1))]);
console.log(line());
if (total.violated > 0) process.exitCode = 1;
