// Migrations that were written side by side: of the same number, one has to give way; of different ones, somebody has to
// look whether they go together.

import { listLog } from '../git/commits.ts';
import { addedMigrations, findClashes } from '../git/migrations.ts';
import { changeRefs, mergeBase } from '../git/refs.ts';
import type { Replay } from '../git/replay.ts';
import { candidateRef } from '../merge/land.ts';
import type { TaskEvent } from '../task/event.ts';
import type { Sha } from '../task/ids.ts';
import type { Project } from './project.ts';
import { namesOf } from './whatLands.ts';

type Setback = Extract<TaskEvent, { kind: 'setback' }>;

/**
 * @param id of the task, or of the queue entry without one
 * @returns what a replay does to its task that git calls clean, and that takes a number twice; undefined when it does not
 */
export async function numberSetback(
  project: Project,
  id: string,
  onto: Sha,
  head: Sha,
  tried: Extract<Replay, { kind: 'clean' }>,
): Promise<Setback | undefined> {
  const own = await project.own();
  const added = await addedMigrations(own, onto, tried.commit);
  if (added.length === 0) return undefined;
  const clashes = await findClashes(own, tried.commit, added);
  if (clashes.length === 0) return undefined;
  if (tried.commit !== head) {
    // Until the next attempt begins nothing else refers to it.
    const ref = { kind: 'update', ref: candidateRef(id), to: tried.commit } as const;
    await changeRefs(project.git, [ref], 'steroids: keep the replay');
  }
  const said = clashes.map(({ number, ours, theirs }) => `${ours} has number ${number}, as ${theirs} has`);
  const reason = `a migration's number is taken on ${project.main}: ${said.join('; ')}`;
  return {
    kind: 'setback',
    setback: 'conflicted',
    reason,
    feedback: `${reason}. Give ${namesOf(clashes.map(({ ours }) => ours))} a number after the last one on ${project.main}, in its name and wherever it is named, and see that it still works after what ${project.main} has. Leave ${project.main}'s as they are.`,
    layout: tried.commit === head ? null : { onto, laid: tried.commit, head, conflict: null },
    head,
    commits: await listLog(project.git, [`${onto}..${head}`]),
  };
}

/** For who judges a branch with migrations: those that main has gained since it began. */
export async function migrationNotes(project: Project, main: Sha, head: Sha): Promise<string[]> {
  const own = await project.own();
  const base = await mergeBase(own, main, head);
  if (base === undefined || base === main || (await addedMigrations(own, base, head)).length === 0) return [];
  const others = await addedMigrations(own, base, main);
  if (others.length === 0) return [];
  return [
    `Since this branch began, other migrations were added on ${project.main}: ${namesOf(others)}. Judge whether these still work after them, in the order in which they run.`,
  ];
}
