// What the orchestrator takes of one attempt by itself: from the claim of a task to what its coder submits, without the
// agent's own run. The agent is the real pi, whose provider is a stub that answers at once.

import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { writeFiles } from '../test/agents/files.ts';
import { install } from '../test/agents/install.ts';
import { startStub } from '../test/agents/stub.ts';
import { realAgent } from '../test/agents/table.ts';
import { makeProjectIn } from '../test/support/projectAt.ts';
import { figuresOf, type Place } from './measure.ts';
import type { Options } from './options.ts';
import { inTemporaryFolder } from './place.ts';
import type { Report } from './report.ts';

const ALLOWED_MS = 500;

export async function measure(options: Options): Promise<Report> {
  const tasks = options.number('tasks', 10);
  const { whole, agent } = await inTemporaryFolder((place) => runAttempts(place, tasks));
  const own = figuresOf(whole.map((ms, at) => ms - (agent[at] ?? Number.NaN)));
  return {
    benchmark: 'attempt',
    settings: { tasks },
    comparisons: [
      {
        what: 'one attempt with pi, from its claim to what it submits',
        product: { name: 'the attempt', unit: 'ms', figures: figuresOf(whole) },
        baseline: { name: 'pi, from its start to its end', unit: 'ms', figures: figuresOf(agent) },
        target: {
          sentence: `the orchestrator's own time at most ${ALLOWED_MS} ms (${Math.round(own.median)}, at most ${Math.round(own.max)})`,
          met: own.median <= ALLOWED_MS,
        },
        notes: ['the first attempt makes its worktree'],
      },
    ],
  };
}

/** @returns milliseconds of each attempt, and of the agent in it */
async function runAttempts(place: Place, tasks: number): Promise<{ whole: number[]; agent: number[] }> {
  const real = realAgent('pi');
  const bin = timedProgram(place, path.join(install(real), real.program));
  const commit = 'echo "$STEROIDS_TASK_ID" > "$STEROIDS_TASK_ID.txt" && git add -A && git commit -qm work';
  const turns = [{ text: 'I write it.', calls: [real.run(commit)] }, { text: 'Done.' }];
  const stub = await startStub({ turns });
  try {
    const { environment, files, args } = real.setup(stub.url);
    const agent = { ...real.coder, model: real.model, args, timeLimit: '2m' };
    const project = await makeProjectIn(place.cwd, { config: { coder: 'agent', coders: { agent } } });
    Object.assign(project.environment, environment, { PATH: `${bin}:${project.environment.PATH}` });
    writeFiles(project.outside, files); // its HOME
    for (let number = 1; number <= tasks; number++) await project.json(['tasks', 'add', `Task ${number}`]);
    const ran = await project.run('run', '--runners', '1');
    if (ran.code !== 0) throw new Error(`the run ended with ${ran.code}: ${ran.err}`);
    return await timesOf(await listShown(project), path.join(place.cwd, 'times'));
  } finally {
    await stub.close();
  }
}

/** A program of the same name that notes when the agent began and ended. */
function timedProgram(place: Place, program: string): string {
  const bin = path.join(place.cwd, 'timed');
  mkdirSync(bin);
  const file = path.join(bin, path.basename(program));
  const note = (word: string) =>
    `echo "$STEROIDS_TASK_ID ${word} $(date +%s%3N)" >> '${path.join(place.cwd, 'times')}'`;
  writeFileSync(
    file,
    `#!/bin/sh\n${note('began')}\n'${program}' "$@"\ncode=$?\n${note('ended')}\nexit $code\n`,
  );
  chmodSync(file, 0o755);
  return bin;
}

interface Shown {
  readonly id: string;
  readonly events: readonly { readonly kind: string; readonly at: string }[];
}

async function listShown(project: Awaited<ReturnType<typeof makeProjectIn>>): Promise<Shown[]> {
  const tasks = await project.json(['tasks', 'list']);
  return await Promise.all(tasks.map(({ id }: { id: string }) => project.json(['tasks', 'show', id])));
}

function timesOf(shown: readonly Shown[], file: string): { whole: number[]; agent: number[] } {
  const noted = readFileSync(file, 'utf8').trim().split('\n');
  const notedAt = (id: string, word: string) =>
    Number(noted.find((line) => line.startsWith(`${id} ${word} `))?.split(' ')[2]);
  const eventAt = ({ events }: Shown, kind: string) =>
    Date.parse(events.find((event) => event.kind === kind)?.at ?? '');
  return {
    whole: shown.map((task) => eventAt(task, 'submitted') - eventAt(task, 'claimed')),
    agent: shown.map(({ id }) => notedAt(id, 'ended') - notedAt(id, 'began')),
  };
}
