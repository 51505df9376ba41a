// Tasks that coders propose. Only a person makes tasks of them.

import { answerFollowUp, listQuestions, type Question } from '../store/questions.ts';
import { getTask } from '../store/tasks.ts';
import type { TaskId } from '../task/ids.ts';
import { Problem } from '../task/problem.ts';
import { checkTask, insertWithDependencies } from './addTask.ts';
import { leadsOutside } from './checkGlobs.ts';
import type { Project } from './project.ts';
import { guessFor } from './routeTask.ts';

type Proposal = Extract<Question, { readonly kind: 'follow-up' }>;

/** Makes a task of it, in the section of the task that it came from. @throws Problem `unknown-proposal`, those of `addTask` */
export async function acceptProposal(project: Project, number: number): Promise<TaskId> {
  const { store } = project;
  const { proposed, taskId } = await theProposal(project, number);
  const from = await getTask(store.db, taskId);
  const task = {
    ...proposed,
    // A coder's mistake is no reason for a person not to accept the rest.
    paths: proposed.paths.filter((glob) => !leadsOutside(glob)),
    sectionId: from?.section?.id ?? null,
    priority: from?.priority ?? 0,
    coder: from?.coder ?? null,
    after: [],
  };
  await checkTask(project, task);
  const guess = await guessFor(project, task);
  return await store.write(async (trx) => {
    const id = await insertWithDependencies(project, trx, { ...task, ...guess });
    if (!(await answerFollowUp(store, trx, number, `accepted as ${id}`))) throw answeredAlready(number);
    return id;
  });
}

/** @throws Problem `unknown-proposal` */
export async function declineProposal(project: Project, number: number): Promise<Proposal> {
  const { store } = project;
  const proposal = await theProposal(project, number);
  if (!(await store.write((trx) => answerFollowUp(store, trx, number, 'declined'))))
    throw answeredAlready(number);
  return proposal;
}

async function theProposal(project: Project, number: number): Promise<Proposal> {
  const open = await listQuestions(project.store.db);
  const found = open.find(
    (question): question is Proposal => question.kind === 'follow-up' && question.id === number,
  );
  if (!found) throw answeredAlready(number);
  return found;
}

function answeredAlready(number: number): Problem {
  return new Problem(
    'user',
    'unknown-proposal',
    `there is no open proposal ${number}`,
    'steroids inbox lists those that are open',
  );
}
