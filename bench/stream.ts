// What agents that stream cost their runners: processor time of this process while it looks at them as runners do. The
// baseline reads the same events from pipes.

import { spawn } from 'node:child_process';
import path from 'node:path';
import type { Agent } from '../src/coder/agents/agent.ts';
import { pi } from '../src/coder/agents/pi.ts';
import { openTranscript } from '../src/coder/agents/transcript.ts';
import { watchCoder } from '../src/coder/watch.ts';
import { makeFolder } from '../src/disk/files.ts';
import { GROUP } from '../src/process/containment.ts';
import { work } from '../src/process/work.ts';
import { inTurn, type Place } from './measure.ts';
import type { Options } from './options.ts';
import { inTemporaryFolder } from './place.ts';
import type { Report } from './report.ts';

const SECONDS = 8;
const CORE_PERCENT = 30;

export async function measure(options: Options): Promise<Report> {
  const agents = options.number('runners', 10);
  const rate = options.number('rate', 1_000);
  const rounds = options.number('rounds', 3);
  const sent = agents * rate * SECONDS;
  const lost: number[] = [];
  const figures = await inTemporaryFolder((place) =>
    inTurn(rounds, {
      files: async (round) => {
        const { percent, seen } = await busy((saw) =>
          Promise.all(each(agents, (one) => watched(place, `${round}-${one}`, rate, saw))),
        );
        lost.push(sent - seen);
        return percent;
      },
      pipes: async () =>
        (await busy((saw) => Promise.all(each(agents, () => piped(place, rate, saw))))).percent,
    }),
  );
  return {
    benchmark: 'stream',
    settings: { runners: agents, rate, rounds, seconds: SECONDS },
    comparisons: [
      {
        what: `processor time for ${agents} agents that say ${rate} events a second each`,
        product: { name: 'files, looked at', unit: '% of a core', figures: figures.files },
        baseline: { name: 'pipes', unit: '% of a core', figures: figures.pipes },
        target: {
          sentence: `below ${CORE_PERCENT} % of a core, and no event lost`,
          met: figures.files.median < CORE_PERCENT && lost.every((count) => count === 0),
        },
        notes: [`of ${sent} events a round were lost: ${lost.join(', ')}`],
      },
    ],
  };
}

const each = <T>(count: number, make: (one: number) => T): T[] =>
  Array.from({ length: count }, (_, one) => make(one));

async function busy(run: (saw: () => void) => Promise<unknown>) {
  let seen = 0;
  const before = process.cpuUsage();
  const begun = performance.now();
  await run(() => {
    seen++;
  });
  const { user, system } = process.cpuUsage(before);
  return { percent: (user + system) / 10 / (performance.now() - begun), seen };
}

/** In bursts of a hundredth of a second, as models stream; then stays a moment, so that the last events are looked at. */
const script = (rate: number) => `
$| = 1; my $n = 0; my $begun = time; use Time::HiRes qw(time sleep); $begun = time;
while ($n < ${rate * SECONDS}) {
  my $due = int((time - $begun) * ${rate});
  my $text = '';
  while ($n < $due && $n < ${rate * SECONDS}) { $n++; $text .= qq({"type":"tool_execution_start","toolName":"bash","args":{"command":"step $n"}}\\n) }
  syswrite STDOUT, $text if $text ne '';
  sleep 0.01;
}
sleep 2;`;

const command = (rate: number) => ['perl', '-e', script(rate)] as const;

async function watched(place: Place, name: string, rate: number, saw: () => void): Promise<void> {
  const folder = path.join(place.cwd, name);
  await makeFolder(folder);
  const log = path.join(folder, 'log');
  const transcript = path.join(folder, 'events.jsonl');
  const preset: Agent = {
    ...pi,
    read: (event) => {
      saw();
      return pi.read(event);
    },
  };
  await work(command(rate), {
    cwd: folder,
    environment: { PATH: place.environment.PATH ?? '' },
    log,
    output: { file: transcript, limit: 100_000_000 },
    timeLimit: 60_000,
    signal: new AbortController().signal,
    containment: GROUP,
    watch: watchCoder({
      agent: { preset, transcript },
      log,
      worktree: folder,
      silenceLimit: 600_000,
      repeatLimit: 25,
      left: { cost: { amount: 100, used: 'it is over' }, time: null },
      now: Date.now,
    }),
  });
}

async function piped(place: Place, rate: number, saw: () => void): Promise<void> {
  const [file, ...args] = command(rate);
  const child = spawn(file, args, { cwd: place.cwd, stdio: ['ignore', 'pipe', 'inherit'] });
  const transcript = openTranscript();
  for await (const chunk of child.stdout)
    for (const event of transcript.feed(chunk)) {
      saw();
      pi.read(event);
    }
}
