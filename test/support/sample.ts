// What is too long for every run is run in part, another part each time: a number in TEST_SEED repeats one, and TEST_ALL=1 runs all.

const seed = Number(process.env.TEST_SEED ?? Date.now() % 1_000_000);

/** @returns `count` of them, spread over all; all with TEST_ALL */
export function sample<T>(all: readonly T[], count: number): T[] {
  return process.env.TEST_ALL === '1' ? [...all] : fewOf(all, count);
}

/** @returns `count` of them, spread over all: also with TEST_ALL, for what has a command of its own that runs all */
export function fewOf<T>(all: readonly T[], count: number): T[] {
  if (all.length <= count) return [...all];
  const step = all.length / count;
  const picked = Array.from({ length: count }, (_, index) => Math.floor(seed + index * step) % all.length);
  return [...new Set(picked)].sort((one, other) => one - other).map((index) => all[index] as T);
}

/** For who wants to run the same again. */
export const SEED = seed;
