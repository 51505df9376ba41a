// One kill: a scenario that dies at one failpoint, is looked at, started again and finished, and looked at once more.

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { projectAt, spawnCli, type TestProject } from '../support/projectAt.ts';
import { until } from '../support/until.ts';
import { movingViolations, safetyViolations, violations } from './invariants.ts';
import type { Armed, Crash } from './preload.ts';
import { makeScenario, type Scenario } from './scenario.ts';

const PRELOAD = new URL('./preload.ts', import.meta.url);
const RUN = ['run', '--runners', '2'] as const;

export interface Killed {
  readonly armed: Armed;
  /** Whether the point was reached; runs differ a little from time to time. */
  readonly reached: boolean;
  /** Empty when every invariant held, after the kill and at the end. */
  readonly violations: readonly string[];
}

/** Runs the scenario once, unharmed. @returns how often each point was reached */
export async function listPoints(): Promise<ReadonlyMap<string, number>> {
  const scenario = await makeScenario();
  try {
    const log = await runWith(scenario, undefined);
    const wrong = violations(scenario);
    if (wrong.length > 0) throw new Error(`the scenario itself goes wrong: ${wrong.join('; ')}`);
    const reached = new Map<string, number>();
    for (const point of log) reached.set(point, (reached.get(point) ?? 0) + 1);
    return reached;
  } finally {
    scenario.remove();
  }
}

/** Both sides of each point, at its first and at its last time. */
export function kills(points: ReadonlyMap<string, number>): Armed[] {
  return [...points].flatMap(([point, count]) =>
    [...new Set([1, count])].flatMap((nth) => [
      { point, side: 'before', nth } as const,
      { point, side: 'after', nth } as const,
    ]),
  );
}

/** Where a zombie could write status, commit, move a branch, land or push. */
const ZOMBIE_PLACES = [
  'store write applyCoded',
  'store write moveHeld < landCandidate',
  'store write applyHeld < finishLanded',
  'git commit commitFiles',
  'git update-ref changeRefs < change < layBranch',
  'git update-ref changeRefs < move < land',
];

/** @throws Error when there is no such place any more: it was renamed */
export function stalls(points: ReadonlyMap<string, number>): Armed[] {
  return ZOMBIE_PLACES.map((place) => {
    const point = [...points.keys()].find((one) => one.startsWith(place));
    if (point === undefined) throw new Error(`there is no failpoint ${place}`);
    return { point, side: 'before', nth: 1, how: 'stop' };
  });
}

export async function killAt(armed: Armed): Promise<Killed> {
  const scenario = await makeScenario();
  let wrong: string[] = [];
  try {
    const log = await runWith(scenario, armed);
    const reached = log.includes('killed');
    const atOnce = safetyViolations(scenario).map((sentence) => `right after the kill: ${sentence}`);
    const again = await scenario.project.run(...RUN);
    const ended =
      again.code === 0 ? [] : [`started again it ended with ${again.code}: ${again.err.slice(-2_000)}`];
    wrong = [...atOnce, ...ended, ...violations(scenario)];
    return { armed, reached, violations: wrong };
  } finally {
    // For who wants to look at what went wrong.
    if (wrong.length === 0) scenario.remove();
    else wrong.push(`it is left in ${scenario.project.folder}`);
  }
}

export const describeKill = ({ point, side, nth, how }: Armed) =>
  `${how === 'stop' ? 'stalled ' : ''}${side} ${point} (time ${nth})`;

/**
 * One that stalls at a failpoint for so long that others take its work, and then goes on.
 * @returns as `killAt`
 */
export async function stallAt(armed: Armed): Promise<Killed> {
  const scenario = await makeScenario({ lease: '1s' });
  let wrong: string[] = [];
  try {
    const { project } = scenario;
    const zombie = spawnCli(armedProject(scenario, { ...armed, how: 'stop' }), RUN);
    const over = zombie.then(() => true);
    const isStopped = () => logOf(scenario).includes('stopped');
    await until(async () => isStopped() || (await Promise.race([over, sleep(50, false)])));
    const reached = isStopped();
    const others = await project.run(...RUN);
    const ended =
      others.code === 0 ? [] : [`the others ended with ${others.code}: ${others.err.slice(-2_000)}`];
    const meanwhile = movingViolations(scenario).map((sentence) => `while it stood still: ${sentence}`);
    zombie.kill('SIGCONT');
    await zombie;
    // The worktrees of the numbers that others did not take.
    await project.run('gc');
    wrong = [...ended, ...meanwhile, ...violations(scenario)];
    return { armed, reached, violations: wrong };
  } finally {
    if (wrong.length === 0) scenario.remove();
    else wrong.push(`it is left in ${scenario.project.folder}`);
  }
}

/** @returns the points that were reached, in order, and `killed` at the end when it was */
async function runWith(scenario: Scenario, armed: Armed | undefined): Promise<string[]> {
  const ran = await armedProject(scenario, armed).run(...RUN);
  if (!armed && ran.code !== 0) throw new Error(`the scenario ended with ${ran.code}: ${ran.err}`);
  return logOf(scenario);
}

/** The scenario's project, whose next process is listened to. */
function armedProject({ project }: Scenario, armed: Armed | undefined): TestProject {
  const crash: Crash = { log: path.join(project.outside, 'points'), ...(armed ? { armed } : {}) };
  return projectAt(project.folder, project.outside, {
    ...project.environment,
    NODE_OPTIONS: `--import=${PRELOAD.href}`,
    STEROIDS_CRASH: JSON.stringify(crash),
  });
}

function logOf({ project }: Scenario): string[] {
  const file = path.join(project.outside, 'points');
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => line.replace(/^\d+ /, ''));
}
