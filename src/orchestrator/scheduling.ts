// Scheduling at a claim: what each task touches, and whether what is under way leaves room for more.

import { CONFIG_FILE } from '../config/parse.ts';
import { schedulingModeOf } from '../config/scheduling.ts';
import type { Config } from '../config/schema.ts';
import { findFullDisk } from '../disk/space.ts';
import { isLockfile } from '../git/lockfiles.ts';
import { availableMemory } from '../process/memory.ts';
import { countActive } from '../store/entries.ts';
import type { Scheduling, TouchRow } from '../store/schedule.ts';
import { isLiteral, overlaps, tidied } from '../structure/overlap.ts';
import type { Pressure, Touches } from '../task/schedule.ts';
import { worktreesRoot } from '../worktree/layout.ts';
import type { Gate } from './gate.ts';
import type { Project } from './project.ts';

/** Of what a person has named: one file, and any one file in a glob. */
const NAMED = 0.95;
const IN_GLOB = 0.4;

/** Undefined where predictions hold nobody back. */
export function schedulingFor({ config }: Pick<Gate, 'config'>): Scheduling | undefined {
  const mode = schedulingModeOf(config);
  if (mode === 'aggressive') return undefined;
  return { mode, meet, holdMs: config.scheduling.hold, touchesOf };
}

/** Every claim asks for the same tasks: by the texts that stand in the store. */
const read = new Map<string, Touches>();
const MOST_READ = 10_000;

/** What a task has changed, else what a person named, else what was guessed. Lockfiles are made anew where they conflict. */
export function touchesOf({ paths, likely, changed }: Omit<TouchRow, 'id'>): Touches {
  const key = changed ?? `${paths}\n${likely}`;
  const known = read.get(key);
  if (known) return known;
  const touches =
    changed === null ? expected(JSON.parse(paths), JSON.parse(likely)) : certain(JSON.parse(changed));
  if (read.size >= MOST_READ) read.clear();
  read.set(key, touches);
  return touches;
}

function certain(paths: readonly string[]): Touches {
  return touches(paths.map((path) => [path, 1]));
}

function expected(named: readonly string[], likely: readonly (readonly [string, number])[]): Touches {
  if (named.length === 0) return touches(likely);
  const globs = named.map(tidied);
  return touches(
    globs.filter(isLiteral).map((path) => [path, NAMED]),
    globs.flatMap((glob) => globOf(glob) ?? []).map((glob) => [glob, IN_GLOB]),
  );
}

/** A folder's name means all that is in it; what has an ending is a file. */
function globOf(path: string): string | undefined {
  if (!isLiteral(path)) return path;
  return /\.[^/.]+$/.test(path) ? undefined : `${path}/**`;
}

function touches(
  files: readonly (readonly [string, number])[],
  globs: readonly (readonly [string, number])[] = [],
): Touches {
  return { files: new Map(files.filter(([path]) => !isLockfile(path))), globs: new Map(globs) };
}

const met = new Map<string, boolean>();

/** Globs are compared again and again: at every claim, and against each task. */
function meet(one: string, other: string): boolean {
  const key = `${one}\n${other}`;
  const known = met.get(key);
  if (known !== undefined) return known;
  if (met.size >= MOST_READ) met.clear();
  const meets = overlaps(one, other);
  met.set(key, meets);
  return meets;
}

/** Why nothing more is to begin: more work would only wait, or take from what is under way what it needs. */
export async function readPressure(
  project: Project,
  { config }: Pick<Gate, 'config'>,
): Promise<Pressure | undefined> {
  return (
    (await queuePressure(project, config)) ??
    memoryPressure(config, availableMemory()) ??
    (await diskPressure(project, config))
  );
}

async function queuePressure({ store }: Project, { scheduling }: Config): Promise<Pressure | undefined> {
  const length = await countActive(store.db);
  if (length < scheduling.queue) return undefined;
  const sentence = `the merge queue has ${length} ${length === 1 ? 'entry' : 'entries'}, and scheduling.queue is ${scheduling.queue}`;
  return {
    of: 'queue',
    sentence,
    remedy: `wait until some have landed, or raise scheduling.queue in ${CONFIG_FILE}`,
  };
}

export function memoryPressure(
  { scheduling }: Pick<Config, 'scheduling'>,
  bytes: number,
): Pressure | undefined {
  if (bytes >= scheduling.memory) return undefined;
  const mebibytes = (number: number) => `${Math.floor(number / 1024 / 1024)} MiB`;
  const sentence = `${mebibytes(bytes)} of memory are free, and scheduling.memory asks for ${mebibytes(scheduling.memory)}`;
  return {
    of: 'memory',
    sentence,
    remedy: `wait until something has ended, or lower scheduling.memory in ${CONFIG_FILE}`,
  };
}

async function diskPressure({ repository }: Project, { worktrees }: Config): Promise<Pressure | undefined> {
  const root = worktreesRoot(repository.home, worktrees.root);
  const sentence = await findFullDisk([root, repository.commonDir]);
  return sentence === undefined ? undefined : { of: 'disk', sentence, remedy: 'make room: steroids gc' };
}
