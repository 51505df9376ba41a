// One kill: a scenario that dies at one failpoint, is looked at, started again and finished, and looked at once more.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { safetyViolations, violations } from './invariants.ts';
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

export const describeKill = ({ point, side, nth }: Armed) => `${side} ${point} (time ${nth})`;

/** @returns the points that were reached, in order, and `killed` at the end when it was */
async function runWith(scenario: Scenario, armed: Armed | undefined): Promise<string[]> {
  const { project } = scenario;
  const crash: Crash = { log: path.join(project.outside, 'points'), ...(armed ? { armed } : {}) };
  const { environment } = project;
  environment.NODE_OPTIONS = `--import=${PRELOAD.href}`;
  environment.STEROIDS_CRASH = JSON.stringify(crash);
  try {
    const ran = await project.run(...RUN);
    if (!armed && ran.code !== 0) throw new Error(`the scenario ended with ${ran.code}: ${ran.err}`);
  } finally {
    delete environment.NODE_OPTIONS;
    delete environment.STEROIDS_CRASH;
  }
  return readFileSync(crash.log, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => line.replace(/^\d+ /, ''));
}
