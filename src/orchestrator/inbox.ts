// All that waits for a person, each with the commands that answer it.

import { listAttempts } from '../store/attempts.ts';
import { listEntries } from '../store/entries.ts';
import { listHolds } from '../store/holds.ts';
import type { Db } from '../store/open.ts';
import { listQuestions, type Question } from '../store/questions.ts';
import { listOpenSteps } from '../store/steps.ts';
import { getTask, listTasks } from '../store/tasks.ts';
import type { TaskId } from '../task/ids.ts';
import type { Task } from '../task/task.ts';
import { stillExhausted } from './budget.ts';
import { exhaustedBudget } from './budgetHold.ts';
import { readGate } from './gate.ts';
import { endOfHold } from './holds.ts';
import { queuePause } from './pause.ts';
import type { Project } from './project.ts';

export interface Letter {
  readonly kind:
    | 'taken'
    | 'review'
    | 'question'
    | 'disputed'
    | 'failed'
    | 'follow-up'
    | 'queue'
    | 'coder'
    | 'budget';
  /** Null for what concerns the whole queue, all that an agent codes, or everything. */
  readonly task: Task | null;
  /** Of a `follow-up` the number that `accept` and `decline` take. */
  readonly number: number | null;
  readonly text: string;
  /** Commands, the most likely first; `…` stands for words of the person. */
  readonly answers: readonly string[];
  /** Since when, epoch milliseconds; null where nobody wrote it down. */
  readonly since: number | null;
}

/** What holds up most comes first: the queue, then tasks in the order of their arrival, then proposals. @param only of one task */
export async function readInbox(project: Project, only?: TaskId): Promise<Letter[]> {
  const { db } = project.store;
  const questions = await listQuestions(db, only);
  const working = new Set((await listOpenSteps(db)).map((step) => step.taskId));
  const tasks = (await listTasks(db, { statuses: ['in_progress', 'review', 'disputed', 'failed'] })).filter(
    (task) =>
      (only === undefined || task.id === only) &&
      !working.has(task.id) &&
      (task.status !== 'in_progress' || task.takenOver !== null),
  );
  const letters = await Promise.all(
    tasks.map(async (task) => {
      const letter = aboutTask(task, questions);
      const told =
        letter.kind === 'disputed' || letter.kind === 'failed' ? await whatHappened(db, task.id) : [];
      return { ...letter, text: [letter.text, ...told].join('\n') };
    }),
  );
  const proposals = await Promise.all(questions.map((question) => aboutProposal(project, question)));
  return [
    ...(only === undefined
      ? [...(await aboutQueue(project)), ...(await aboutBudget(project)), ...(await aboutHolds(project))]
      : []),
    ...letters,
    ...proposals.filter((letter) => letter !== undefined),
  ];
}

function aboutTask(task: Task, questions: readonly Question[]): Letter {
  const { id, takenOver } = task;
  const asked = questions.find((question) => question.taskId === id && question.kind !== 'follow-up');
  const letter = { task, number: null, since: task.updatedAt };
  const again = `steroids tasks retry ${id} --note "…"`;
  const take = `steroids tasks takeover ${id}`;
  if (takenOver)
    return {
      ...letter,
      kind: 'taken',
      text: `${takenOver.person} works on it${takenOver.path === null ? '' : ` in ${takenOver.path}`}`,
      since: takenOver.since,
      answers: [
        `steroids tasks handback ${id}`,
        `steroids tasks handback ${id} --to-coder --note "…"`,
        drop(id),
      ],
    };
  if (asked && task.status === 'disputed')
    return { ...letter, kind: 'question', text: asked.text, since: asked.askedAt, answers: answersTo(asked) };
  const text = task.reason ?? (task.status === 'review' ? 'its review' : 'a bound was reached');
  const approve = `steroids review approve ${id}`;
  if (task.status === 'failed') return { ...letter, kind: 'failed', text, answers: [again, take, drop(id)] };
  if (task.status === 'disputed')
    return { ...letter, kind: 'disputed', text, answers: [again, approve, take, drop(id)] };
  const reject = `steroids review reject ${id} --reason "…"`;
  return { ...letter, kind: 'review', text, answers: [`steroids review show ${id}`, approve, reject] };
}

const SHOWN = 10;

/** How each of the last attempts ended, a line each: what a person decides upon. */
async function whatHappened(db: Db, id: TaskId): Promise<string[]> {
  const attempts = await listAttempts(db, id);
  const lines = attempts.slice(-SHOWN).map(({ number, outcome, coder, feedback }) => {
    // What the attempt met with, below what a person said to it.
    let met = feedback;
    while (met?.before) met = met.before;
    const [first = ''] = (met?.text ?? '').trim().split('\n', 1);
    const why = first === '' ? '' : `: ${first.length > 200 ? `${first.slice(0, 200)}…` : first}`;
    return `attempt ${number} (${coder}) ${outcome}${why}`;
  });
  const more = attempts.length - lines.length;
  return more > 0 ? [`${more} earlier attempts: steroids tasks show ${id}`, ...lines] : lines;
}

const drop = (id: TaskId) => `steroids tasks cancel ${id}`;

function answersTo({ taskId, kind }: Question): readonly string[] {
  const answer = `steroids tasks answer ${taskId} "…"`;
  const approve = `steroids review approve ${taskId}`;
  switch (kind) {
    case 'already-done':
      return [approve, answer];
    case 'dispute':
      return [approve, answer, drop(taskId)];
    case 'nothing-to-do':
      return [drop(taskId), answer];
    default:
      return [answer, drop(taskId)];
  }
}

async function aboutProposal(project: Project, question: Question): Promise<Letter | undefined> {
  if (question.kind !== 'follow-up') return undefined;
  return {
    kind: 'follow-up',
    task: (await getTask(project.store.db, question.taskId)) ?? null,
    number: question.id,
    text: question.text,
    since: question.askedAt,
    answers: [`steroids tasks accept ${question.id}`, `steroids tasks decline ${question.id}`],
  };
}

/** What all tasks together may use is used up; whoever has raised it meanwhile is not told. */
export async function aboutBudget(project: Project): Promise<Letter[]> {
  const { store, host } = project;
  const known = await exhaustedBudget(store.db, host.now());
  const gate = known && (await readGate(project).catch(() => undefined));
  const over = gate && (await stillExhausted(store.db, gate.config, host.now()));
  if (!known || !over) return [];
  const text = `no coder or reviewer is started: ${over.reason}`;
  return [{ kind: 'budget', task: null, number: null, text, answers: [over.remedy], since: known.since }];
}

/** Agents that do not come back by waiting. */
async function aboutHolds(project: Project): Promise<Letter[]> {
  const holds = (await listHolds(project.store.db)).filter((hold) => hold.until === null);
  const gate = holds.length === 0 ? undefined : await readGate(project).catch(() => undefined);
  return holds.flatMap((hold) => {
    const [text, ...answers] = (gate && endOfHold(gate.config, hold)) ?? [];
    if (text === undefined) return [];
    return [{ kind: 'coder' as const, task: null, number: null, text, answers, since: hold.heldAt }];
  });
}

async function aboutQueue(project: Project): Promise<Letter[]> {
  const pause = await queuePause(project);
  const queue = { kind: 'queue', task: null, number: null, since: null } as const;
  const paused = pause
    ? [{ ...queue, text: `the merge queue is paused: ${pause.reason}`, answers: ['steroids merge run'] }]
    : [];
  const held = (await listEntries(project.store.db)).filter(
    (entry) => entry.status === 'waiting-on-checkout',
  );
  return [
    ...paused,
    ...held.map((entry) => ({
      ...queue,
      text: `“${entry.title}” waits for your checkout: ${entry.reason}`,
      answers: ['git stash, or git commit, there'],
    })),
  ];
}
