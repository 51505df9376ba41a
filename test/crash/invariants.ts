// The promises of docs/reliability.md, asked of git, of the store and of the system after a run that was killed and finished.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { execaSync } from 'execa';
import { leftovers } from '../support/projectAt.ts';
import { FINAL_FILES, type Scenario, TITLES, USERS_FILE, USERS_TEXT } from './scenario.ts';

interface TaskRow {
  readonly id: string;
  readonly title: string;
  readonly status: string;
  readonly landed_commit: string | null;
}

/** How many invariants `violations` looks at, each for the whole of a repository. */
export const INVARIANTS = 12;
/** Of these, how many have to hold at every moment. */
export const SAFETY = 5;

/** @returns a sentence for each invariant that does not hold after all tasks were finished */
export function violations(scenario: Scenario): string[] {
  return [...movingViolations(scenario), ...nothingIsLeftOver(scenario), ...noProcessIsLeft(scenario)];
}

/** What has to hold at every moment, also after a kill. */
export function safetyViolations(scenario: Scenario): string[] {
  return [
    ...mainMovedOnlyForward(scenario),
    ...everyMoveWasVerified(scenario),
    ...nothingIsLost(scenario),
    ...completedIsOnMain(scenario),
    ...theUsersWorkIsUntouched(scenario),
  ];
}

/** What has to hold when all tasks were finished, and while a process that lost them may still be there. */
export function movingViolations(scenario: Scenario): string[] {
  return [
    ...safetyViolations(scenario),
    ...theRepositoryIsWhole(scenario),
    ...everyTaskLandedOnce(scenario),
    ...theContentIsRight(scenario),
    ...killsUsedUpNoAttempt(scenario),
    ...theRemoteHasMain(scenario),
  ];
}

function rows<Row>(scenario: Scenario, sql: string): Row[] {
  const file = path.join(scenario.project.folder, '.git', 'steroids', 'steroids.db');
  const database = new Database(file, { fileMustExist: true });
  try {
    return database.prepare(sql).all() as Row[];
  } finally {
    database.close();
  }
}

const lines = (text: string) => text.split('\n').filter(Boolean);

/** Moves of main, oldest first, as its reflog has them. */
function movesOfMain({ project, begin }: Scenario): { readonly from: string; readonly to: string }[] {
  const log = readFileSync(path.join(project.folder, '.git', 'logs', 'refs', 'heads', 'main'), 'utf8');
  const moves = lines(log).map((line) => ({ from: line.slice(0, 40), to: line.slice(41, 81) }));
  const first = moves.findIndex((move) => move.from === begin);
  return first < 0 ? [] : moves.slice(first);
}

function isAncestor({ project }: Scenario, ancestor: string, descendant: string): boolean {
  const { folder: cwd, environment: env } = project;
  const args = ['merge-base', '--is-ancestor', ancestor, descendant];
  return execaSync('git', args, { cwd, env, reject: false }).exitCode === 0;
}

function mainMovedOnlyForward(scenario: Scenario): string[] {
  const merges = lines(scenario.project.git('rev-list', '--merges', `${scenario.begin}..main`));
  return [
    ...movesOfMain(scenario)
      .filter((move) => !isAncestor(scenario, move.from, move.to))
      .map((move) => `main moved from ${move.from} to ${move.to}, which does not contain it`),
    ...merges.map((merge) => `main has the merge ${merge}`),
  ];
}

function everyMoveWasVerified(scenario: Scenario): string[] {
  const passed = rows<{ commit_hash: string; base: string }>(
    scenario,
    "select commit_hash, base from verifications where outcome = 'passed'",
  );
  return movesOfMain(scenario)
    .filter((move) => !passed.some((row) => row.commit_hash === move.to && row.base === move.from))
    .map((move) => `main moved from ${move.from} to ${move.to}, which was not verified on it`);
}

function nothingIsLost(scenario: Scenario): string[] {
  const file = path.join(scenario.project.outside, 'commits');
  const made = new Set(existsSync(file) ? lines(readFileSync(file, 'utf8')) : []);
  const reachable = new Set(
    lines(scenario.project.git('rev-list', '--glob=refs/heads', '--glob=refs/steroids')),
  );
  return [...made]
    .filter((commit) => !reachable.has(commit))
    .map((commit) => `the commit ${commit} of a coder is reachable from no ref`);
}

function completedIsOnMain(scenario: Scenario): string[] {
  return rows<TaskRow>(scenario, "select * from tasks where status = 'completed'")
    .filter((task) => !task.landed_commit || !isAncestor(scenario, task.landed_commit, 'main'))
    .map((task) => `"${task.title}" is completed and its commit ${task.landed_commit} is not on main`);
}

function theUsersWorkIsUntouched({ project }: Scenario): string[] {
  const text = project.read(USERS_FILE);
  return text === USERS_TEXT ? [] : [`the user's uncommitted ${USERS_FILE} is now ${JSON.stringify(text)}`];
}

function theRepositoryIsWhole({ project }: Scenario): string[] {
  const { folder: cwd, environment: env } = project;
  const checked = execaSync('git', ['fsck', '--connectivity-only', '--no-dangling'], {
    cwd,
    env,
    reject: false,
  });
  return checked.exitCode === 0 ? [] : [`git fsck: ${checked.stderr}`];
}

function everyTaskLandedOnce(scenario: Scenario): string[] {
  const tasks = rows<TaskRow>(scenario, 'select * from tasks');
  const subjects = lines(scenario.project.git('log', '--format=%s', `${scenario.begin}..main`));
  const expected = [...TITLES, 'mended', 'answered'];
  return [
    ...tasks.filter((task) => task.status !== 'completed').map((task) => `"${task.title}" is ${task.status}`),
    ...expected
      .map((subject) => ({ subject, count: subjects.filter((other) => other === subject).length }))
      .filter(({ count }) => count > 1)
      .map(({ subject, count }) => `"${subject}" is on main ${count} times`),
  ];
}

function theContentIsRight({ project }: Scenario): string[] {
  return Object.entries(FINAL_FILES).flatMap(([file, text]) => {
    const { folder: cwd, environment: env } = project;
    const shown = execaSync('git', ['show', `main:${file}`], {
      cwd,
      env,
      reject: false,
      stripFinalNewline: false,
    });
    return shown.stdout === text ? [] : [`main has ${file} as ${JSON.stringify(shown.stdout)}`];
  });
}

/** A bound counts what a coder did wrong, never what was done to it. */
function killsUsedUpNoAttempt(scenario: Scenario): string[] {
  return rows<{ title: string; kind: string; count: number }>(
    scenario,
    'select title, kind, count(*) as count from setbacks join tasks on tasks.id = task_id group by title, kind',
  )
    .filter((row) => row.count > 1 || row.kind === 'failed')
    .map((row) => `"${row.title}" was charged with ${row.kind} ${row.count} times`);
}

function theRemoteHasMain({ project, remote }: Scenario): string[] {
  const there = execaSync('git', ['--git-dir', remote, 'rev-parse', 'main'], {
    env: project.environment,
  }).stdout;
  const here = project.git('rev-parse', 'main');
  return there === here ? [] : [`main is at ${here} here and at ${there} on the remote`];
}

function nothingIsLeftOver({ project }: Scenario): string[] {
  const left = leftovers(project);
  const locks = readdirSync(path.join(project.folder, '.git'), { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.lock'),
  );
  return [
    ...left.worktrees.map((line) => `left over: ${line}`),
    ...left.branches.map((name) => `left over: the branch ${name}`),
    ...lines(left.candidates).map((name) => `left over: ${name}`),
    ...locks.map((file) => `left over: ${file}`),
    ...lines(left.status)
      .filter((line) => line !== ` M ${USERS_FILE}`)
      .map((line) => `git status of the main checkout says "${line}"`),
  ];
}

/** Everything that was started has the scenario's own HOME. */
function noProcessIsLeft({ project }: Scenario): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      const environment = readOr(`/proc/${pid}/environ`);
      if (!environment.split('\0').includes(`HOME=${project.outside}`)) return [];
      const said = readOr(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim();
      return said === '' ? [] : [`left over: process ${pid} (${said})`];
    });
}

function readOr(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // ended meanwhile, or somebody else's
  }
}
