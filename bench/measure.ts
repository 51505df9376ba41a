// Timing: whole processes, several contestants in turn, so that a noisy neighbour disturbs all of them alike.

import { spawnSync } from 'node:child_process';

export interface Figures {
  readonly min: number;
  readonly median: number;
  readonly max: number;
  readonly mean: number;
  /** In the order of the rounds. */
  readonly values: readonly number[];
}

export function figuresOf(values: readonly number[]): Figures {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = (sorted.length - 1) / 2;
  const at = (index: number) => sorted[index] ?? Number.NaN;
  return {
    min: at(0),
    median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    max: at(sorted.length - 1),
    mean: values.reduce((sum, value) => sum + value, 0) / values.length,
    values,
  };
}

/** What one adds to the other, of runs that followed each other: a noisy neighbour disturbed both alike. */
export function differenceOf(one: Figures, other: Figures): Figures {
  return figuresOf(one.values.map((value, round) => value - (other.values[round] ?? Number.NaN)));
}

/**
 * Lets every contestant run once in each round; who begins changes from round to round, because what runs after another
 * finds warm caches.
 * @param contestants each resolves with its own measurement
 */
export async function inTurn<Name extends string>(
  rounds: number,
  contestants: Readonly<Record<Name, (round: number) => number | Promise<number>>>,
): Promise<Record<Name, Figures>> {
  const names = Object.keys(contestants) as Name[];
  const values = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    const first = round % names.length;
    for (const name of [...names.slice(first), ...names.slice(0, first)])
      values.get(name)?.push(await contestants[name](round));
  }
  return Object.fromEntries(names.map((name) => [name, figuresOf(values.get(name) ?? [])])) as Record<
    Name,
    Figures
  >;
}

export interface Place {
  readonly cwd: string;
  readonly environment: NodeJS.ProcessEnv;
}

/** Runs a program to its end. @returns milliseconds. @throws when it does not end well */
export function timeProgram(place: Place, file: string, args: readonly string[], expected = 0): number {
  const started = performance.now();
  const ended = spawnSync(file, args, {
    cwd: place.cwd,
    env: place.environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 256 * 1024 * 1024,
  });
  const took = performance.now() - started;
  if (ended.status === expected) return took;
  const said =
    ended.error?.message ?? `${ended.stderr}${ended.stdout}`.trim().split('\n').slice(-5).join('\n');
  throw new Error(
    `${file} ${args.slice(0, 3).join(' ')} ended with ${ended.status ?? ended.signal}: ${said}`,
  );
}
