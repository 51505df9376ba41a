// What a person reads: headings while it works, and in the end what has happened.

import { styleText } from 'node:util';
import type { ShownTask, ShownTasks } from './check.ts';
import { git, STEROIDS } from './commands.ts';
import { HOURS, PHONE, RECEIPT, RENAMING, ROUNDING } from './tasks.ts';

const COLUMNS = 88;

export function heading(text: string): void {
  console.log(`\n${styleText('bold', text)}`);
}

export function tellFailure(repository: string, problems: readonly string[]): void {
  heading('The demo did not go as it should');
  for (const problem of problems) console.log(`  ${styleText('red', '✗')} ${problem}`);
  console.log(`\nThe repository stays where it is: ${repository}`);
}

/** @param ms how long it all took */
export function tell(repository: string, tasks: ShownTasks, ms: number): void {
  const all = [...tasks.values()];
  const attempts = all.reduce((sum, task) => sum + task.attempts.length, 0);
  heading('What happened');
  paragraph(
    `${all.length} tasks landed on main after ${attempts} attempts, in ${Math.round(ms / 1000)} s. Three coders worked side by side, each in a worktree of its own; main only ever moved to a commit whose tests had just passed.`,
  );
  story('A conflict, solved', tasks.get(PHONE), tellConflict);
  story('A rejection, answered', tasks.get(ROUNDING), tellRejection);
  story('Green alone, red on main, mended', tasks.get(RECEIPT), tellRedOnMain);
  heading('Main now');
  console.log(history(repository));
  heading('Look around');
  console.log(`  cd ${quoted(repository)}
  alias steroids=${quoted(`node ${quoted(STEROIDS)}`)}
  steroids tasks list
  steroids tasks show ${tasks.get(RECEIPT)?.id}    ${styleText('dim', '# the one that was red on main')}
  git show main\n`);
}

function story(title: string, task: ShownTask | undefined, text: (task: ShownTask) => string): void {
  if (!task) throw new TypeError(`the task of “${title}” was checked and is not there`);
  console.log(`\n  ${styleText('cyan', title)} ${styleText('dim', `(attempt ${task.attempts.length})`)}`);
  paragraph(text(task));
}

function tellConflict(task: ShownTask): string {
  const [file] = task.attempts[0]?.conflict?.files ?? [];
  return `“${task.title}” changed a line that “${HOURS}” was changing at the same time. No reviewer was bothered: it went back to its coder with both sides laid out in ${file}, and the coder kept both.`;
}

function tellRejection(task: ShownTask): string {
  return `“${task.title}” got a no from the reviewer: “${task.rejections[0]?.reason}” The coder answered with a test, on top of its work so far.`;
}

function tellRedOnMain(task: ShownTask): string {
  return `“${task.title}” passed its tests and its review, and git saw no conflict. But “${RENAMING}” had landed meanwhile, and the two together were broken. The merge queue ran the tests on exactly that combination before main had it. The coder read the log, and calls the new name now.`;
}

/** From the commit that set steroids up, on which everything began. */
function history(repository: string): string {
  const start = git(repository, 'log', '-1', '--format=%H', '--', '.steroids/config.yaml');
  const colour = process.stdout.hasColors?.() ? 'always' : 'never';
  const log = git(repository, 'log', '--graph', '--oneline', `--color=${colour}`, `${start}^..main`);
  return log.replace(/^/gm, '  ');
}

function paragraph(text: string): void {
  const lines = text.match(new RegExp(`\\S.{0,${COLUMNS - 3}}(?=\\s|$)`, 'g')) ?? [];
  for (const line of lines) console.log(`  ${line}`);
}

/** For a shell. */
function quoted(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
