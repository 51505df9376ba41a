// A real repository in which tasks, runners, kills and a person's careless hands follow each other in any order, and what
// has to hold whatever they do.

import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import Database from 'better-sqlite3';
import { execaSync } from 'execa';
import { makeProjectIn, type TestProject } from '../support/projectAt.ts';

export interface World {
  readonly base: string;
  readonly project: TestProject;
  /** Where main was in the beginning. */
  readonly begin: string;
  /** Commits that a person threw away: nobody has to keep them. */
  readonly thrownAway: Set<string>;
  /** Text of the person's file that is not committed. */
  edit: string;
  /** How many commits a person made on main. */
  commits: number;
  remove(): void;
}

/** Tasks whose titles end in the same digit change the same line, so that they conflict. */
const CODER = `#!/bin/sh
outside=$(dirname "$0")
cat > /dev/null
file=shared-$(printf %s "$STEROIDS_TASK_TITLE" | tail -c 1).txt
if grep -q '^<<<<<<<' "$file" 2>/dev/null; then
  sed '/^<<<<<<<\\|^=======\\|^>>>>>>>/d' "$file" > solved && mv solved "$file"
elif ! grep -qx "$STEROIDS_TASK_TITLE" "$file" 2>/dev/null; then
  echo "$STEROIDS_TASK_TITLE" >> "$file"
fi
echo "attempt $STEROIDS_ATTEMPT" >> "own-$STEROIDS_TASK_ID.txt"
git add --all && git commit --quiet --message "$STEROIDS_TASK_TITLE"
git rev-parse HEAD >> "$outside/commits"
`;

export const PERSONS_FILE = 'README.md';

export async function makeWorld(): Promise<World> {
  const base = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'steroids model-')));
  const files = Object.fromEntries([0, 1, 2].map((number) => [`shared-${number}.txt`, 'first\n']));
  const project = await makeProjectIn(base, {
    files,
    config: { reviewer: 'human', limits: { attempts: 100 } },
  });
  writeFileSync(path.join(project.outside, 'coder.sh'), CODER);
  return {
    base,
    project,
    begin: project.git('rev-parse', 'main'),
    thrownAway: new Set(),
    edit: project.read(PERSONS_FILE),
    commits: 0,
    remove: () => rmSync(base, { recursive: true, force: true, maxRetries: 5 }),
  };
}

export interface TaskRow {
  readonly id: string;
  readonly title: string;
  readonly status: string;
  readonly branch: string | null;
  readonly landed_commit: string | null;
}

export function rowsOf<Row>({ project }: World, sql: string): Row[] {
  const database = new Database(path.join(project.folder, '.git', 'steroids', 'steroids.db'), {
    fileMustExist: true,
  });
  try {
    return database.prepare(sql).all() as Row[];
  } finally {
    database.close();
  }
}

export const tasksOf = (world: World) => rowsOf<TaskRow>(world, 'select * from tasks order by seq');

/** Any exit code is an answer. */
export function tryGit({ project }: World, ...args: readonly string[]) {
  const { folder: cwd, environment: env } = project;
  const { exitCode, stdout } = execaSync('git', args, { cwd, env, extendEnv: false, reject: false });
  return { code: exitCode ?? -1, out: stdout };
}

const lines = (text: string) => text.split('\n').filter(Boolean);

/** @returns a sentence for each promise that does not hold at this moment */
export function broken(world: World): string[] {
  return [...mainRanBackwards(world), ...lost(world), ...falselyCompleted(world), ...touched(world)];
}

function mainRanBackwards(world: World): string[] {
  const file = path.join(world.project.folder, '.git', 'logs', 'refs', 'heads', 'main');
  return lines(readFileSync(file, 'utf8'))
    .map((line) => ({ from: line.slice(0, 40), to: line.slice(41, 81) }))
    .filter(
      ({ from, to }) =>
        !/^0+$/.test(from) && tryGit(world, 'merge-base', '--is-ancestor', from, to).code !== 0,
    )
    .map(({ from, to }) => `main moved from ${from} to ${to}, which does not contain it`);
}

function lost(world: World): string[] {
  const file = path.join(world.project.outside, 'commits');
  const made = existsSync(file) ? lines(readFileSync(file, 'utf8')) : [];
  const reachable = new Set(
    lines(world.project.git('rev-list', '--glob=refs/heads', '--glob=refs/steroids')),
  );
  return made
    .filter((commit) => !reachable.has(commit) && !world.thrownAway.has(commit))
    .map((commit) => `the commit ${commit} of a coder is reachable from no ref`);
}

function falselyCompleted(world: World): string[] {
  return tasksOf(world)
    .filter((task) => task.status === 'completed')
    .filter(
      ({ landed_commit: landed }) =>
        landed === null || tryGit(world, 'merge-base', '--is-ancestor', landed, 'main').code !== 0,
    )
    .map((task) => `"${task.title}" is completed and not on main`);
}

function touched(world: World): string[] {
  const text = world.project.read(PERSONS_FILE);
  return text === world.edit ? [] : [`the person's ${PERSONS_FILE} is now ${JSON.stringify(text)}`];
}

/** What a landing made must be what `git rebase` makes of the same commits, in a worktree of its own. */
export function differingFromRebase(world: World): string[] {
  const entries = rowsOf<{ title: string; head: string; base: string; candidate: string }>(
    world,
    "select title, head, base, candidate from entries where status = 'landed' and base is not null and candidate <> base",
  );
  return entries.flatMap((entry) => {
    const folder = path.join(world.base, 'oracle');
    world.project.git('worktree', 'add', '--quiet', '--detach', folder, entry.head);
    try {
      const { environment: env } = world.project;
      execaSync('git', ['rebase', '--quiet', entry.base], {
        cwd: folder,
        env,
        extendEnv: false,
        reject: false,
      });
      const tree = execaSync('git', ['rev-parse', 'HEAD^{tree}'], {
        cwd: folder,
        env,
        extendEnv: false,
      }).stdout;
      const landed = world.project.git('rev-parse', `${entry.candidate}^{tree}`);
      return tree === landed ? [] : [`"${entry.title}" landed with another tree than git rebase makes`];
    } finally {
      world.project.git('worktree', 'remove', '--force', folder);
    }
  });
}
