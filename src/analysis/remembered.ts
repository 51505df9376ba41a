// What was found out about commits, kept beside the store: the same commits give the same answer. It is a copy: whatever is
// wrong with it, it is made again.

import { readFileIfThere, writeFileAtomically } from '../disk/files.ts';

/** Another one whenever more or less is found out about the same commits. */
const FORMAT = 3;

/** Answers by what was asked, at most so many; those that were not asked for longest go first. */
export class Remembered<T> {
  readonly #kept: Map<string, T>;
  readonly #most: number;
  readonly #used = new Map<string, T>();
  #learned = false;

  constructor(kept: Readonly<Record<string, T>>, most: number) {
    this.#kept = new Map(Object.entries(kept));
    this.#most = most;
  }

  get(key: string): T | undefined {
    const known = this.#used.get(key) ?? this.#kept.get(key);
    if (known !== undefined) this.#used.set(key, known);
    return known;
  }

  set(key: string, value: T): void {
    this.#learned = true;
    this.#used.set(key, value);
  }

  /** Whether there is anything new in it. */
  get learned(): boolean {
    return this.#learned;
  }

  /** What was used last comes first. */
  toJSON(): Record<string, T> {
    const rest = [...this.#kept].filter(([key]) => !this.#used.has(key));
    return Object.fromEntries([...this.#used, ...rest].slice(0, this.#most));
  }
}

export interface Memory<Pair, Surface> {
  readonly pairs: Remembered<Pair>;
  readonly surfaces: Remembered<Surface>;
}

/** 780 pairs are those of 40 branches. */
const MOST_PAIRS = 5_000;
const MOST_SURFACES = 200;

/** @param about what the answers depend on besides the commits: where it is another, nothing is known */
export async function recall<Pair, Surface>(file: string, about: string): Promise<Memory<Pair, Surface>> {
  const kept = await readKept(file, about);
  return {
    pairs: new Remembered<Pair>((kept?.pairs ?? {}) as Record<string, Pair>, MOST_PAIRS),
    surfaces: new Remembered<Surface>((kept?.surfaces ?? {}) as Record<string, Surface>, MOST_SURFACES),
  };
}

export async function remember(file: string, about: string, memory: Memory<unknown, unknown>): Promise<void> {
  const { pairs, surfaces } = memory;
  if (!pairs.learned && !surfaces.learned) return;
  // A full disk or a folder without leave to write costs time, and no answer.
  await writeFileAtomically(file, JSON.stringify({ format: FORMAT, about, pairs, surfaces })).catch(() => {});
}

async function readKept(file: string, about: string) {
  try {
    const read = JSON.parse((await readFileIfThere(file)) ?? 'null');
    const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);
    const fine =
      read?.format === FORMAT && read.about === about && isObject(read.pairs) && isObject(read.surfaces);
    return fine ? read : undefined;
  } catch {
    return undefined; // written by another version, or damaged
  }
}
