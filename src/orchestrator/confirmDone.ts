// A coder says that main has its task already, and names commits. Git is asked, then reviewers where there are any, then a
// person.

import { listLog, readDiff } from '../git/commits.ts';
import { isAncestor } from '../git/refs.ts';
import { writeConfirmation } from '../review/confirmation.ts';
import { listQuestions, type Question } from '../store/questions.ts';
import type { TaskEvent } from '../task/event.ts';
import { type Sha, shortSha } from '../task/ids.ts';
import type { Task } from '../task/task.ts';
import { agentsIn, askReviewers } from './askReviewers.ts';
import { type Gate, readGate } from './gate.ts';
import { taskVariables } from './prepareAskings.ts';
import { type Project, readMain } from './project.ts';
import { lookAtHead } from './reviewable.ts';
import { confirmersOf } from './reviewers.ts';
import type { Reviewing } from './reviewTask.ts';

export type DoneQuestion = Extract<Question, { readonly commits: readonly Sha[] }>;

/** What the coder of a task in review has said of it; undefined where it submitted commits. */
export async function doneQuestion(project: Project, task: Task): Promise<DoneQuestion | undefined> {
  if (task.status !== 'review') return undefined;
  const open = await listQuestions(project.store.db, task.id);
  return open.find((question): question is DoneQuestion => question.kind === 'already-done');
}

/** Whether agents are asked before a person is. */
export async function agentsConfirm(project: Project, gate: Gate, task: Task): Promise<boolean> {
  return agentsIn(await confirmersOf(project, gate, task)).length > 0;
}

export async function confirmDone(
  reviewing: Reviewing,
  question: DoneQuestion,
): Promise<TaskEvent | { readonly kind: 'stopped' }> {
  const { runner, gate, task, attempt } = reviewing;
  const { project, report } = runner.session;
  const gone = await notOnMain(project, question);
  if (gone !== undefined) return sentBack(project, gone);
  const panels = await confirmersOf(project, gate, task);
  const { headCommit } = attempt;
  const dossier = await composeConfirmation(project, task, question);
  const matter = {
    dossier,
    parts: async () => [{ about: 'all of it', text: dossier }],
    variables: {
      ...taskVariables(runner, reviewing),
      STEROIDS_BASE_COMMIT: gate.main,
      STEROIDS_HEAD_COMMIT: gate.main,
    },
  };
  const asked = agentsIn(panels).length > 0;
  const reviewed = await askReviewers(reviewing, headCommit, panels, asked ? () => matter : undefined);
  const noticed = (sentence: string) => report({ kind: 'noticed', sentence });
  const looked = await lookAtHead(project, await readGate(project), task, attempt, noticed);
  if (looked.kind === 'headMoved') return looked;
  if (reviewed.kind !== 'approved') return reviewed;
  const { reviewer } = reviewed;
  const named = panels.filter(({ by }) => by.includes('human'));
  if (!asked || named.length > 0) {
    const where = (named.length > 0 ? named : panels).map((panel) => panel.where).join(', ');
    const reason = `a person has to confirm that ${project.main} has it already (${where})`;
    return { kind: 'reserved', commit: headCommit, reviewer, reason };
  }
  const missing = await notOnMain(project, question);
  const commit = question.commits.at(-1);
  if (missing !== undefined || commit === undefined) return sentBack(project, missing ?? 'what it named');
  return { kind: 'foundLanded', commit, landedAs: new Map(), reviewer };
}

/** The first of the commits that main does not have, in short. */
export async function notOnMain(
  project: Project,
  { commits }: Pick<DoneQuestion, 'commits'>,
): Promise<string | undefined> {
  const main = await readMain(project);
  for (const commit of commits) if (!(await isAncestor(project.git, commit, main))) return shortSha(commit);
  return undefined;
}

/** Main was moved back since its coder said so. */
function sentBack(project: Project, commit: string): TaskEvent {
  const reason = `its coder says that ${project.main} has it already, and ${commit} is not on ${project.main} any more`;
  return {
    kind: 'setback',
    setback: 'unchanged',
    reason,
    feedback: reason,
    layout: null,
    head: null,
    commits: [],
  };
}

/** Characters of the diff of one commit. */
const MAX_DIFF = 50_000;

export async function composeConfirmation(
  project: Project,
  task: Task,
  { text, commits }: DoneQuestion,
): Promise<string> {
  const { git } = project;
  const told = await Promise.all(
    commits.map(async (commit) => {
      const [entry] = await listLog(git, ['--no-walk', commit]);
      const parent = entry?.parents[0];
      const diff = parent === undefined ? null : await readDiff(git, parent, commit, MAX_DIFF);
      return { hash: commit, message: entry?.message ?? '', diff };
    }),
  );
  return writeConfirmation({ task, main: project.main, said: text, commits: told });
}
