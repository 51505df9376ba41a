// The dossier's contents, gathered from the registry and from git.

import { listLog, readDiff } from '../git/commits.ts';
import { type Dossier, writeDossier } from '../review/dossier.ts';
import { judgesNotes } from '../review/judges.ts';
import type { Attempt } from '../store/attempts.ts';
import { listCommits, listForeignCommits, listRejections } from '../store/commits.ts';
import type { Sha } from '../task/ids.ts';
import type { Task } from '../task/task.ts';
import { contestsOfTask, contestsText } from './fileLocks.ts';
import { readGate } from './gate.ts';
import { migrationNotes } from './migrations.ts';
import { findOutside, outsideText } from './outside.ts';
import type { Project } from './project.ts';
import { reviewersNow } from './reviewers.ts';
import { namesOf, notesOf, whatLands } from './whatLands.ts';

/** Characters of a diff for whoever can look at the rest. */
export const MAX_DIFF = 400_000;
const MAX_FOREIGN = 50;

/** What a reviewer, agent or person, is given to read; each agent is also told which of the reviewers it is. */
export async function composeDossier(
  project: Project,
  task: Task,
  attempt: Attempt,
  head: Sha,
  main: Sha,
): Promise<string> {
  const dossier = await gatherDossier(project, task, attempt, head, main, MAX_DIFF);
  const judges = (await reviewersNow(project, task)) ?? [];
  return writeDossier({ ...dossier, notes: [...judgesNotes(judges), ...(dossier.notes ?? [])] });
}

/** @param maxDiff characters of a diff; what is longer is cut, and says so */
export async function gatherDossier(
  project: Project,
  task: Task,
  attempt: Attempt,
  head: Sha,
  main: Sha,
  maxDiff: number,
): Promise<Dossier> {
  const { store, git } = project;
  const registered = new Map(
    (await listCommits(store.db, task.id)).map((commit) => [commit.hash, commit.attempt]),
  );
  const commits = await listLog(git, [`${main}..${head}`]);
  const rejections = await listRejections(store.db, task.id);
  // Nobody judges again what has ended.
  const judged = task.status === 'review' || task.status === 'disputed' ? commits : [];
  const lands = await whatLands(project, main, head, judged);
  const whole = await readDiff(git, lands.from, lands.to, maxDiff);
  const from = attempt.attemptBaseCommit;
  const last = attempt.number > 1 && from !== lands.from ? await readDiff(git, from, head, maxDiff) : null;
  return {
    task,
    attempt: attempt.number,
    commits: commits.map((commit) => ({ ...commit, attempt: registered.get(commit.hash) ?? attempt.number })),
    rejections,
    word: attempt.feedback?.kind === 'note' ? attempt.feedback.text : null,
    foreign: await listForeignCommits(store.db, task.id, task.createdAt, MAX_FOREIGN),
    whole: { from: lands.from, to: lands.to, ...whole },
    sinceLast: last && { from, to: head, ...last },
    notes: [
      ...(lands.altered.length === 0 ? [] : [replayNote(project.main, lands.altered)]),
      ...(await outsideNotes(project, task, head)),
      ...(await contestNotes(project, task)),
      ...notesOf(project.main, lands),
      ...(judged.length === 0 ? [] : await migrationNotes(project, main, head)),
    ],
  };
}

const replayNote = (main: string, altered: readonly string[]) =>
  `The diff to review is of these commits replayed onto today's ${main}, which is what lands: it adds or removes other lines than the commits themselves in ${namesOf(altered)}, because ${main} has changed there too.`;

/** Judged by whoever reviews it, unless the configuration deals with it before. */
async function outsideNotes(project: Project, task: Task, head: Sha): Promise<string[]> {
  const gate = await readGate(project).catch(() => undefined);
  const outside = gate && (await findOutside(project, gate, task, head));
  return outside
    ? [
        `It changes ${outsideText(outside)}. Look whether the task cannot be done without that, and whether its message says so.`,
      ]
    : [];
}

/** Both land, one after the other: whoever judges the second one can look whether they go together. */
async function contestNotes({ store }: Project, task: Task): Promise<string[]> {
  const contests = await contestsOfTask(store.db, task.id);
  if (contests.length === 0) return [];
  const text = await contestsText(store.db, contests);
  return [
    `It changes ${text}, which that task had first. Both are to land, one replayed onto the other: look whether they go together.`,
  ];
}
