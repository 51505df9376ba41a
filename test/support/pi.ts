// A program in place of pi, which does what a test's shell script says.

import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { makeProject, type TestProject } from './project.ts';

/** @param script of the agent, for each start of it; `$START` counts them */
export async function withPi(script: string, coders: object = {}, config: object = {}): Promise<TestProject> {
  const project = await makeProject({
    config: {
      coder: 'agent',
      coders: { agent: { agent: 'pi', model: 'm', args: ['--thinking', 'off'] }, ...coders },
      ...config,
    },
  });
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
  return project;
}
