// A program in place of pi, and the events with which the real one ends a run.

import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { makeProject } from './project.ts';
import type { TestProject } from './projectAt.ts';

export const PI_FIXTURES = path.join(import.meta.dirname, '../fixtures/agents/pi');

/** What it prints in a scene that was played with the real one. */
export const piSays = (fixture: string) => `cat '${path.join(PI_FIXTURES, fixture)}.jsonl'\n`;

/** A project whose coder it is. */
export async function withPi(script: string, coders: object = {}, config: object = {}): Promise<TestProject> {
  const project = await makeProject({
    config: {
      coder: 'agent',
      coders: { agent: { agent: 'pi', model: 'm', args: ['--thinking', 'off'] }, ...coders },
      ...config,
    },
  });
  installPi(project, script);
  return project;
}

/** @param script of the agent, for each start of it; `$START` counts them, `$cd_outside` is the folder outside */
export function installPi(project: TestProject, script: string): void {
  const bin = path.join(project.outside, 'bin');
  mkdirSync(bin);
  const program = path.join(bin, 'pi');
  writeFileSync(
    program,
    `#!/bin/sh
cd_outside='${project.outside}'
echo . >> "$cd_outside/starts"
START=$(($(wc -l < "$cd_outside/starts")))
cat > "$cd_outside/brief-$START"
printf '%s\\n' "$@" > "$cd_outside/args-$START"
${script}`,
  );
  chmodSync(program, 0o755);
  project.environment.PATH = `${bin}:${project.environment.PATH}`;
}

export const piStarts = (project: TestProject) =>
  existsSync(path.join(project.outside, 'starts'))
    ? project.read('../outside/starts').trim().split('\n').length
    : 0;

const message = (text: string) => ({
  role: 'assistant',
  content: [{ type: 'text', text }],
  usage: { input: 1, output: 1 },
  stopReason: 'stop',
});

/** Each a shell command that prints events. */
export const piEvents = {
  message: (text: string) => print({ type: 'message_end', message: message(text) }),
  tool: () => print({ type: 'tool_execution_start', toolName: 'read', args: { path: 'a' } }),
  end: (text: string) => print({ type: 'agent_end', messages: [message(text)] }),
};

export const piAnswers = (text: string) => piEvents.message(text) + piEvents.end(text);

function print(event: object): string {
  return `printf '%s\\n' '${JSON.stringify(event).replaceAll("'", "'\\''")}'\n`;
}
