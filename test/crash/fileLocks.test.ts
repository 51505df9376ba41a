// Locks on files, with the runner killed wherever the store is written while it takes them: never one whose task is not under
// way, and begun again everything lands and nothing is locked.

import { cpSync, rmSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { makeProject, type TestProject } from '../support/project.ts';
import { SEED, sample } from '../support/sample.ts';
import { describeKill, kills } from './kill.ts';
import { listened } from './listen.ts';

const SAMPLE = 4;
/** Where locks are taken and given back: a claim, a coder's work, its submission, its review, its landing. */
const PLACES = /^store write .*(pick|lookLocked|applyCoded|lockHead|reviewTask|finishLanded|applyHeld)/;

const TASKS = [
  ['first', 'src/**', 'mkdir -p src docs; date +%N >> src/a.ts; date +%N >> docs/a.md\n'],
  ['second', 'src/b.ts', 'mkdir -p src; echo y > src/b.ts\n'],
  ['third', 'docs', 'mkdir -p docs; echo z > docs/z.md\n'],
] as const;

/** The first one is coded twice. */
const RUN = ['run', '--runners', '2'];

const REVIEW = `cat > /dev/null
case $STEROIDS_TASK_TITLE$STEROIDS_ATTEMPT in
first1) echo '{"decision":"reject","reason":"once more"}';; *) echo '{"decision":"approve","reason":"fine"}';; esac`;

async function begin(): Promise<{ readonly project: TestProject; readonly ids: readonly string[] }> {
  const project = await makeProject({
    config: {
      locks: { files: true },
      reviewer: 'strict',
      reviewers: { strict: { command: ['sh', '-c', REVIEW] } },
    },
  });
  const ids: string[] = [];
  for (const [title, paths, script] of TASKS)
    ids.push(await project.task(title, script, { args: ['--paths', paths] }));
  return { project, ids };
}

function locksIn(project: TestProject, where: string): unknown[] {
  const file = path.join(project.folder, '.git/steroids/steroids.db');
  const database = new Database(file, { fileMustExist: true });
  try {
    return database
      .prepare(`select l.path, t.status from file_locks l join tasks t on t.id = l.task_id where ${where}`)
      .all();
  } finally {
    database.close();
  }
}

test('whatever write is killed, no lock is left behind', { timeout: 600_000 }, async () => {
  const { project, ids } = await begin();
  const base = path.dirname(project.folder);
  const saved = `${base}.saved`;
  cpSync(base, saved, { recursive: true, verbatimSymlinks: true });
  const counts = new Map<string, number>();
  for (const point of (await listened(project, undefined, ...RUN)).points)
    if (PLACES.test(point)) counts.set(point, (counts.get(point) ?? 0) + 1);
  for (const place of ['pick', 'lookLocked', 'applyCoded', 'lockHead'])
    expect([...counts.keys()].join('\n')).toContain(place);
  const all = kills(counts);
  console.log(`${all.length} kills; of these, by TEST_SEED=${SEED}:`);
  for (const armed of sample(all, SAMPLE)) {
    const name = describeKill(armed);
    rmSync(base, { recursive: true });
    cpSync(saved, base, { recursive: true, verbatimSymlinks: true });
    const reached = (await listened(project, armed, ...RUN)).points.includes('killed');
    console.log(`  ${name}${reached ? '' : ': not reached'}`);
    expect(locksIn(project, `t.status not in ('in_progress', 'review', 'queued')`), name).toEqual([]);
    const again = await project.run('run');
    expect(again, `${name}: ${again.err}`).toMatchObject({ code: 0 });
    for (const id of ids)
      expect(await project.json(['tasks', 'show', id]), name).toMatchObject({ status: 'completed' });
    expect(locksIn(project, 'true'), name).toEqual([]);
  }
});
