// A command on a real terminal, with a person who answers: util-linux's `script` makes the terminal.

import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { shellQuoted } from '../../src/task/shell.ts';
import type { TestProject } from './projectAt.ts';

const BIN = fileURLToPath(new URL('../../bin/steroids.js', import.meta.url));

/**
 * @param answers what is typed, each once its question stands at the end of what was shown
 * @returns the exit code, and all that was shown
 */
export async function onTerminal(
  project: TestProject,
  args: readonly string[],
  answers: readonly (readonly [question: string, answer: string])[],
): Promise<{ readonly code: number | undefined; readonly shown: string }> {
  const line = [process.execPath, BIN, ...args].map(shellQuoted).join(' ');
  const running = execa('script', ['--quiet', '--return', '--command', line, '/dev/null'], {
    cwd: project.folder,
    env: { ...project.environment, TERM: 'xterm', SHELL: '/bin/sh' },
    extendEnv: false,
    reject: false,
    stdin: 'pipe',
    timeout: 50_000,
  });
  const left = [...answers];
  let shown = '';
  let seen = 0;
  running.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
    for (const [question, answer] of left.slice()) {
      const at = shown.indexOf(question, seen);
      if (at < 0) return;
      seen = at + question.length;
      left.shift();
      running.stdin.write(answer);
    }
  });
  const { exitCode } = await running;
  if (left.length > 0) throw new Error(`nobody asked ${JSON.stringify(left[0]?.[0])}: ${shown}`);
  return { code: exitCode, shown: shown.replaceAll('\r', '') };
}
