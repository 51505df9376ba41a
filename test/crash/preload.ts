// Loaded before `steroids` in a process that is to die or to stall at a failpoint (NODE_OPTIONS=--import): writes down the
// points that are reached, and at the one that is armed kills the git children and then itself, as a power cut would, or
// stops itself, as a machine that is out of memory or a laptop that sleeps would.

import { appendFileSync, readdirSync, readFileSync } from 'node:fs';
import { LISTENER, type Listener } from '../../src/failpoint/changing.ts';

export interface Armed {
  readonly point: string;
  readonly side: 'before' | 'after';
  /** At the how-manieth time that this process reaches it; 1 for the first. */
  readonly nth: number;
  /** `kill` unless given; one that is stopped goes on when it is told to (SIGCONT). */
  readonly how?: 'kill' | 'stop';
}

/** In the environment variable `STEROIDS_CRASH`, as JSON. */
export interface Crash {
  /** Receives a line for each point that is reached: `pid point`. */
  readonly log: string;
  readonly armed?: Armed;
}

if (process.env.STEROIDS_CRASH && process.argv[1]?.endsWith('bin/steroids.js'))
  listen(JSON.parse(process.env.STEROIDS_CRASH) as Crash);

function listen(crash: Crash): void {
  Error.stackTraceLimit = 40;
  const reached = new Map<string, number>();
  const listener: Listener = (door) => {
    const point = `${door} ${callers().join(' < ')}`;
    const nth = (reached.get(point) ?? 0) + 1;
    reached.set(point, nth);
    appendFileSync(crash.log, `${process.pid} ${point}\n`);
    const meant = crash.armed?.point === point && crash.armed.nth === nth;
    if (meant && crash.armed?.side === 'before') end(crash);
    return () => {
      if (meant && crash.armed?.side === 'after') end(crash);
    };
  };
  (globalThis as { [LISTENER]?: Listener })[LISTENER] = listener;
}

/** The doors' own functions, which every name would begin with. */
const DOORS =
  /^(changing|changingNow|listener|listened|run|runNow|read|write|ask|asking|patiently|callers|locked)$/;
const DEPTH = 3;

/** Functions of ours that led here, innermost first; what was awaited is followed. */
function callers(): string[] {
  const frames = (new Error().stack ?? '').split('\n').slice(1);
  const names = frames.flatMap(
    (frame) => /at (?:async )?(?:\w+\.)?(\w+) \(file:.*\/dist\//.exec(frame)?.[1] ?? [],
  );
  return [...new Set(names.filter((name) => !DOORS.test(name)))].slice(0, DEPTH);
}

function end(crash: Crash): void {
  if (crash.armed?.how !== 'stop') die(crash.log);
  appendFileSync(crash.log, `${process.pid} stopped\n`);
  process.kill(process.pid, 'SIGSTOP');
}

function die(log: string): never {
  appendFileSync(log, `${process.pid} killed\n`);
  for (const child of childrenOf(process.pid)) if (nameOf(child) === 'git') tryKill(child);
  process.kill(process.pid, 'SIGKILL');
  // The signal may take a moment, and nothing may happen in it.
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000);
}

function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
}

function nameOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return ''; // gone by itself
  }
}

/** A child of ours leads a process group of its own, which holds what git has started. */
function tryKill(group: number): void {
  try {
    process.kill(-group, 'SIGKILL');
  } catch {
    // gone by itself
  }
}
