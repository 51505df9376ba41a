// Looking at a coder while it works: whether it still does anything, goes round in circles, or passes its budget.

import { changedSince } from '../disk/changed.ts';
import { readFrom, sizeNow } from '../disk/files.ts';
import { cpuOf } from '../process/cpu.ts';
import type { Cut } from '../process/work.ts';
import type { Agent, Said } from './agents/agent.ts';
import { openTranscript } from './agents/transcript.ts';
import { usedBy } from './used.ts';

export interface Watching {
  readonly agent: { readonly preset: Agent; readonly transcript: string } | null;
  readonly log: string;
  readonly worktree: string;
  /** Milliseconds without output, work of a processor or a changed file; null: as long as it likes. */
  readonly silenceLimit: number | null;
  /** How often a tool may be called with the same input in a row. */
  readonly repeatLimit: number;
  /** What may still be used: US dollars, milliseconds. */
  readonly left: { readonly cost: Left | null; readonly time: Left | null };
  /** Epoch milliseconds. */
  readonly now: () => number;
}

interface Left {
  readonly amount: number;
  /** The end of the sentence that says that it is used up: `the task has used all of limits.cost`. */
  readonly used: string;
}

export type Look = (pid: number) => Promise<Cut | undefined>;

/** @returns what is asked again and again while it runs, with the id of its first process */
export function watchCoder(watching: Watching, cpu = cpuOf): Look {
  const read = watching.agent ? readEvents(watching.agent) : undefined;
  const budget = watchBudget(watching);
  const repeats = watchRepeats(watching.repeatLimit);
  const silence = watchSilence(watching, cpu);
  return async (pid) => {
    const said = (await read?.()) ?? [];
    return budget(said) ?? repeats(said) ?? (await silence(pid));
  };
}

/** @returns what it has said since the last time */
function readEvents({ preset, transcript }: NonNullable<Watching['agent']>): () => Promise<Said[]> {
  const opened = openTranscript();
  let offset = 0;
  return async () => {
    const said: Said[] = [];
    for (;;) {
      const bytes = await readFrom(transcript, offset);
      if (bytes.length === 0) return said;
      offset += bytes.length;
      for (const event of opened.feed(bytes)) said.push(...preset.read(event));
    }
  };
}

function watchBudget({ left, now }: Watching): (said: readonly Said[]) => Cut | undefined {
  const usage: Said[] = [];
  const begun = now();
  return (said) => {
    if (left.time !== null && now() - begun >= left.time.amount) return spent(left.time);
    if (left.cost === null) return undefined;
    usage.push(...said.filter((one) => one.kind === 'usage'));
    const { cost } = usedBy(usage);
    return cost !== null && cost >= left.cost.amount ? spent(left.cost) : undefined;
  };
}

const spent = ({ used }: Left): Cut => ({ why: 'budget', reason: `was ended: ${used}` });

function watchRepeats(limit: number): (said: readonly Said[]) => Cut | undefined {
  let last = '';
  let times = 0;
  return (said) => {
    for (const one of said) {
      if (one.kind !== 'tool') continue;
      times = one.same === last ? times + 1 : 1;
      last = one.same;
      const about = one.about === '' ? '' : ` (${one.about})`;
      if (times >= limit)
        return {
          why: 'repeats',
          reason: `called ${one.name}${about} ${times} times in a row with the same input, and was ended (repeatLimit)`,
        };
    }
    return undefined;
  };
}

/** Who waits for an answer redraws a line now and then; who compiles uses more of a processor than this. */
const BUSY = 0.05;

function watchSilence(watching: Watching, cpu: (pid: number) => number | undefined): Look {
  const { silenceLimit: limit, now, worktree } = watching;
  const files = [watching.log, ...(watching.agent ? [watching.agent.transcript] : [])];
  let size = -1;
  let active = now();
  let measured: { readonly at: number; readonly ms: number } | undefined;
  return async (pid) => {
    if (limit === null) return undefined;
    const time = now();
    const written = (await Promise.all(files.map(sizeNow))).reduce((sum, one) => sum + one, 0);
    if (written !== size) {
      size = written;
      active = time;
      measured = undefined;
    }
    // Reading all processes costs milliseconds: only when it has been quiet for a while, and seldom.
    if (time - active >= limit / 4 && (measured === undefined || time - measured.at >= limit / 8)) {
      const ms = cpu(pid);
      // Where the system does not tell, nobody can be called silent.
      if (ms === undefined) active = time;
      else {
        if (measured && Math.abs(ms - measured.ms) > BUSY * (time - measured.at)) active = time;
        measured = { at: time, ms };
      }
    }
    if (time - active < limit) return undefined;
    if (changedSince(worktree, active)) {
      active = time;
      return undefined;
    }
    return {
      why: 'silent',
      reason: `said nothing, used no processor and changed no file for ${limit / 1000} s, and was ended (silenceLimit)`,
    };
  };
}
