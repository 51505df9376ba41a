// What the scripted coders work with: files of their worktree, the tests, git, and waiting for a colleague.

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

export function read(file) {
  return readFileSync(file, 'utf8');
}

export function write(file, text) {
  writeFileSync(file, text);
}

/** Replaces every occurrence. A coder that does not find what it came to change fails, and says so. */
export function edit(file, from, to) {
  const before = read(file);
  const after = before.replaceAll(from, to);
  if (after === before) throw new Error(`${file} does not contain ${from}`);
  write(file, after);
}

/** Of the packages that were changed. Throws when they fail: the coder exits with 1, and nothing goes on to review. */
export function runTests() {
  const packages = new Set(changes().match(/packages\/\w+/g));
  execFileSync('npm', ['test', ...[...packages].map((folder) => `--workspace=${folder}`)], {
    stdio: 'inherit',
  });
}

/** Commits everything, if the tests pass. */
export function commit(message) {
  runTests();
  git('add', '--all');
  git('commit', '--quiet', '--message', message);
}

/** What git says is not committed yet; empty when everything is. */
export function changes() {
  return git('status', '--porcelain', '--untracked-files=all');
}

/** Waits until a colleague has committed this on a branch: its work began before ours ends. */
export async function untilCommitted(subject) {
  await until(
    () => subjects('--branches=runner-*', '--not', 'main').includes(subject),
    `a commit “${subject}”`,
  );
}

/** Waits until a colleague's commit has landed: our work ends after main has moved. */
export async function untilLanded(subject) {
  await until(() => subjects('main').includes(subject), `“${subject}” on main`);
}

export function git(...words) {
  return execFileSync('git', words, { encoding: 'utf8' }).trim();
}

const LOOK_EVERY_MS = 200;
const PATIENCE_MS = 120_000;

async function until(holds, what) {
  console.log(`waits for ${what}`);
  const end = Date.now() + PATIENCE_MS;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`waited ${PATIENCE_MS / 1000} s for ${what}, in vain`);
    await sleep(LOOK_EVERY_MS);
  }
}

function subjects(...range) {
  return git('log', '--format=%s', ...range).split('\n');
}
