// Where a benchmark works: a temporary folder with a home and git configuration of its own, so that neither the user's
// settings nor their cache take part; it goes when the benchmark ends.

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Place, timeProgram } from './measure.ts';

export const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
export const STEROIDS = path.join(ROOT, 'bin', 'steroids.js');

export async function inTemporaryFolder<T>(work: (place: Place) => Promise<T>): Promise<T> {
  const cwd = mkdtempSync(path.join(os.tmpdir(), 'steroids-bench-'));
  try {
    return await work({ cwd, environment: environmentIn(cwd) });
  } finally {
    rmSync(cwd, { recursive: true, force: true, maxRetries: 3 });
  }
}

function environmentIn(folder: string): NodeJS.ProcessEnv {
  const home = path.join(folder, 'home');
  mkdirSync(home);
  writeFileSync(
    path.join(home, '.gitconfig'),
    '[user]\n\tname = Bench\n\temail = bench@localhost\n[init]\n\tdefaultBranch = main\n[gc]\n\tauto = 0\n',
  );
  return { PATH: process.env.PATH, HOME: home, TMPDIR: folder, LC_ALL: 'C', GIT_CONFIG_NOSYSTEM: '1' };
}

export function git(place: Place, ...args: readonly string[]): string {
  return execFileSync('git', args, { cwd: place.cwd, env: place.environment, encoding: 'utf8' }).trimEnd();
}

/** Runs the product as a user does. @returns milliseconds */
export function timeSteroids(place: Place, ...args: readonly string[]): number {
  return timeProgram(place, process.execPath, [STEROIDS, ...args]);
}

/** A packed repository of `files` small files, a hundred in a folder, with main checked out. */
export function makeRepository(place: Place, name: string, files: number): Place {
  const repository = { ...place, cwd: path.join(place.cwd, name) };
  for (let folder = 0; folder * 100 < files; folder++) {
    const below = path.join(repository.cwd, `packages/p${folder % 20}/src/d${folder}`);
    mkdirSync(below, { recursive: true });
    for (let file = folder * 100; file < Math.min(files, (folder + 1) * 100); file++)
      writeFileSync(path.join(below, `f${file}.ts`), `export const f${file} = ${file};\n`.repeat(20));
  }
  git(repository, 'init', '--quiet');
  git(repository, 'add', '--all');
  git(repository, 'commit', '--quiet', '--message=First');
  git(repository, 'gc', '--quiet');
  return repository;
}

let clones = 0;

/**
 * A fresh clone: every round begins with the same repository. It stays until the benchmark ends: on ext4 without a journal
 * a file made within half a minute of many deletions costs up to thirty times as much, and a round would pay for the last.
 */
export function cloneRepository(repository: Place, name: string): Place {
  const cwd = path.join(path.dirname(repository.cwd), `${name}-${++clones}`);
  git(repository, 'clone', '--quiet', repository.cwd, cwd);
  return { ...repository, cwd };
}

/** Sets steroids up in a repository, by its own command, with the configuration committed. */
export function setUp(repository: Place, config: string): void {
  mkdirSync(path.join(repository.cwd, '.steroids'));
  writeFileSync(path.join(repository.cwd, '.steroids', 'config.yaml'), config);
  timeSteroids(repository, 'init', '--commit');
}
