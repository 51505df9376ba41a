// The command line on a terminal of its own (`script` makes one), and somebody who types there.

import { execa } from 'execa';
import { BIN, type Ran, type TestProject } from './projectAt.ts';

/**
 * @param answers typed one after the other, with Enter unless it is Ctrl-C or Ctrl-D, each when a question (`[Y/n]`, `[y/N]`, `Choice […]: `) stands there
 * @returns `out` is all that the terminal showed
 */
export async function runOnTerminal(
  project: TestProject,
  args: readonly string[],
  answers: readonly string[],
): Promise<Ran> {
  const { CI: _, ...environment } = project.environment;
  const words = [process.execPath, BIN, ...args];
  const quoted = words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  const shell = ['-c', `stty cols 100; exec ${quoted}`];
  const script =
    process.platform === 'linux'
      ? [
          '-q',
          '-e',
          '-c',
          `sh ${shell.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ')}`,
          '/dev/null',
        ]
      : ['-q', '/dev/null', 'sh', ...shell];
  const running = execa('script', script, {
    cwd: project.folder,
    env: environment,
    extendEnv: false,
    reject: false,
    stdin: 'pipe',
  });
  const waiting = [...answers];
  let seen = 0;
  let shown = '';
  running.stdout?.on('data', (piece: Buffer) => {
    shown += piece.toString('utf8');
    const questions = shown.match(/\[Y\/n\]|\[y\/N\]|Choice \[\w+\]: /g)?.length ?? 0;
    for (; seen < questions; seen++) running.stdin?.write(keys(waiting.shift() ?? ''));
  });
  const ended = await running;
  return { code: ended.exitCode, out: shown.replaceAll('\r\n', '\n'), err: String(ended.stderr) };
}

/** A shell's command in a terminal of its own, on Linux, for as long as somebody looks. */
export function openTerminal(project: TestProject, command: string) {
  const { CI: _, ...environment } = project.environment;
  const running = execa('script', ['-q', '-e', '-c', command, '/dev/null'], {
    cwd: project.folder,
    env: environment,
    extendEnv: false,
    reject: false,
    stdin: 'pipe',
  });
  let raw = '';
  running.stdout?.on('data', (piece: Buffer) => {
    raw += piece.toString();
  });
  return {
    /** All that it was told to show, with what moves about in it. */
    raw: () => raw,
    /** @returns how it ended */
    async press(keys: string): Promise<number | undefined> {
      running.stdin?.write(keys);
      return (await running).exitCode;
    },
  };
}

export const CTRL_C = '\u0003';
export const CTRL_D = '\u0004';

function keys(answer: string): string {
  return answer === CTRL_C || answer === CTRL_D ? answer : `${answer}\n`;
}
