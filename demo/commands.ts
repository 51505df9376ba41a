// Starting git, npm and steroids, as a person would.

import { execFileSync } from 'node:child_process';
import path from 'node:path';

export const STEROIDS = path.join(import.meta.dirname, '..', 'bin', 'steroids.js');

/**
 * The demo is the same on every machine: nobody's git configuration (signing, hooks, an identity or none) counts here,
 * nor the variables of the git or npm that started us.
 */
export const ENVIRONMENT: NodeJS.ProcessEnv = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(git|npm)_/i.test(name))),
  // The repository's tests run on the Node that runs the demo, as under `npm run demo`.
  PATH: [path.dirname(process.execPath), process.env.PATH].join(path.delimiter),
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
};

export function git(folder: string, ...words: readonly string[]): string {
  return execute(folder, 'git', words);
}

/** @returns whether git answered with exit code 0 */
export function gitSays(folder: string, ...words: readonly string[]): boolean {
  try {
    git(folder, ...words);
    return true;
  } catch {
    return false; // that is the answer
  }
}

export function npm(folder: string, ...words: readonly string[]): string {
  return execute(folder, 'npm', words);
}

/** @param input what it reads on standard input */
export function steroids(folder: string, words: readonly string[], input = ''): unknown {
  return JSON.parse(execute(folder, process.execPath, [STEROIDS, ...words, '--json'], { input }));
}

/** @param more input, and variables of its own */
export function execute(
  folder: string,
  file: string,
  words: readonly string[],
  more: { readonly input?: string; readonly environment?: Readonly<Record<string, string>> } = {},
): string {
  const env = { ...ENVIRONMENT, ...more.environment };
  const options = { cwd: folder, env, input: more.input ?? '', encoding: 'utf8' } as const;
  // What goes wrong is in the error that is thrown; what goes well need not be seen.
  return execFileSync(file, words, { ...options, stdio: ['pipe', 'pipe', 'pipe'] }).trim();
}
