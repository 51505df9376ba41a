// What an analysis of conflicts is asked: tasks as they stand, what they are likely to change, and what main is made of.

import type {
  AnalysisQuestion,
  AnalyzedPart,
  AnalyzedSection,
  AnalyzedTask,
  LikelyFile,
  Together,
} from '../analysis/analyst.ts';
import { listSections, type SectionRow } from '../store/sections.ts';
import { listAllDependencies, listTasks } from '../store/tasks.ts';
import { overlaps, tidied } from '../structure/overlap.ts';
import { allFolders } from '../structure/paths.ts';
import { SHOWN, SURE } from '../structure/route.ts';
import { areasOf, ownersOf } from '../structure/routeAreas.ts';
import type { Why } from '../structure/routeFiles.ts';
import type { History } from '../structure/routeHistory.ts';
import { SPEC_CHARS } from '../structure/routeText.ts';
import type { TaskId } from '../task/ids.ts';
import type { Status } from '../task/status.ts';
import type { Task } from '../task/task.ts';
import { readAnalyzedParts } from './analysisParts.ts';
import { changedByTasks } from './changedFiles.ts';
import { type Ground, readGround } from './ground.ts';
import { type Likely, likelyOf } from './likelyFiles.ts';
import type { Project } from './project.ts';

/** Which tasks: those of sections that are open, or these. */
export type Wanted =
  /** Ids of sections; null stands for the tasks that are in none. */
  { readonly sections: readonly (string | null)[] } | { readonly tasks: readonly TaskId[] };

export interface ReadQuestion {
  readonly question: AnalysisQuestion;
  /** What was cut or passed over, in sentences. */
  readonly notes: readonly string[];
}

/** They run, wait to land, or begin some time. */
export const ANALYZED: readonly Status[] = ['pending', 'in_progress', 'review', 'queued', 'verifying'];

/** So many show a repository's shape; the rest is inside them. */
const MOST_FOLDERS = 300;

/**
 * @param fresh guess again what is known of unchanged tasks
 * @throws Problem `main-missing`, `git-failed`
 */
export async function readAnalysisQuestion(
  project: Project,
  wanted: Wanted,
  fresh = false,
): Promise<ReadQuestion> {
  const [tasks, ground] = await Promise.all([readTasks(project, wanted), readGround(project)]);
  const [{ parts, notes }, { likely, notes: passedOver }, changed, before, allSections] = await Promise.all([
    readAnalyzedParts(project, ground),
    likelyOf(project, ground, tasks, fresh),
    changedByTasks(project, ground.main, tasks),
    readBefore(project, tasks),
    listSections(project.store.db),
  ]);
  const shared = parts.filter((part) => part.shared);
  const homes = homesOf(shared, allSections);
  const named = [...homes.values()].map(({ section }) => section.name);
  const sections = sectionsOf(allSections, [
    ...named,
    ...tasks.flatMap(({ section }) => section?.name ?? []),
  ]);
  const sharedOf = sharedBy(parts);
  const analyzed = tasks.map((task, index): AnalyzedTask => {
    const guessed = likely[index] as Likely;
    const files = filesOf(task, guessed, changed.get(task.id) ?? []);
    const { id, title, spec, section, status, paths } = task;
    return {
      id,
      title,
      spec: spec.slice(0, SPEC_CHARS),
      section: section?.name ?? null,
      status,
      paths,
      likely: files,
      names: guessed.names,
      shared: sharedOf(files, paths),
      after: before.get(id) ?? [],
    };
  });
  return {
    question: {
      main: ground.main,
      tasks: analyzed,
      parts: parts.map((part) => ({ ...part, ...homes.get(part.key) })),
      sections,
      together: togetherOf(analyzed, ground.history),
      folders: foldersOf(ground),
    },
    notes: [...notes, ...passedOver, ...cutSpecs(tasks)],
  };
}

async function readTasks(project: Project, wanted: Wanted): Promise<Task[]> {
  const { db } = project.store;
  const isWanted =
    'tasks' in wanted
      ? (task: Task) => wanted.tasks.includes(task.id)
      : (task: Task) => wanted.sections.includes(task.section?.id ?? null);
  const all = await listTasks(db, 'tasks' in wanted ? {} : { statuses: ANALYZED });
  return all.filter(isWanted).sort((one, other) => other.priority - one.priority || one.seq - other.seq);
}

/** Whom each task waits for, also by way of tasks that are not asked about. */
async function readBefore(project: Project, tasks: readonly Task[]): Promise<Map<TaskId, TaskId[]>> {
  const edges = Map.groupBy(await listAllDependencies(project.store.db), ({ taskId }) => taskId);
  const asked = new Set(tasks.map(({ id }) => id));
  const directly = (id: TaskId) => (edges.get(id) ?? []).map(({ afterId }) => afterId);
  return new Map(
    tasks.map(({ id }) => {
      const reached = new Set([id]);
      // A set that grows while it is walked.
      for (const one of reached) for (const before of directly(one)) reached.add(before);
      return [id, [...reached].filter((one) => one !== id && asked.has(one))];
    }),
  );
}

function sectionsOf(all: readonly SectionRow[], names: readonly string[]): AnalyzedSection[] {
  return all
    .filter(({ name }) => names.includes(name))
    .map(({ name, exclusive, maxRunners }) => ({ name, exclusive, maxRunners }));
}

/** The section of each of these parts, as tasks are led to it. */
function homesOf(parts: readonly AnalyzedPart[], all: readonly SectionRow[]): Map<string, Home> {
  const areas = areasOf(
    all,
    parts.map((part) => ({ ...part, usedBy: [] })),
  ).slice(0, parts.length);
  return new Map(
    areas.flatMap(({ key, section }): [string, Home][] =>
      section ? [[key, { section: { name: section.name, exclusive: section.exclusive } }]] : [],
    ),
  );
}

type Home = Required<Pick<AnalyzedPart, 'section'>>;

const SAID: Readonly<Record<Why, string>> = {
  named: 'the text names it',
  symbol: 'names of the text stand in it',
  words: 'its path has words of the text',
  history: 'earlier commits like it changed it',
  together: 'it changes together with other likely files',
  often: 'it changes often',
  model: 'a model chose it',
};

/** Once a coder is done, what it has changed is all; before that, what is likely comes on top of it. */
function filesOf({ status }: Task, { files }: Likely, changed: readonly string[]): LikelyFile[] {
  const certain = changed.map((path) => ({ path, likelihood: 1, reason: 'changed already' }));
  if (changed.length > 0 && status !== 'in_progress') return certain;
  const known = new Set(changed);
  const named = files.some(({ why, score }) => why === 'named' && score >= NAMED);
  const guessed = files
    .map((file) => ({
      ...file,
      score: file.score * (WEAK.includes(file.why) ? (named ? BESIDE : WORDS) : 1),
    }))
    .filter(({ path, score }) => score >= SHOWN && !known.has(path))
    .map(({ path, score, why }) => ({ path, likelihood: Math.min(score, MOST_LIKELY), reason: SAID[why] }));
  return [...certain, ...guessed.sort((one, other) => other.likelihood - one.likelihood)];
}

/**
 * Words of a path leave a routing's reader something to look at; a conflict is claimed for less. Where the text names a
 * file, the words that it shares with other paths are mostly of that name (`apps`, `src`).
 */
const WEAK: readonly Why[] = ['words', 'often'];
const WORDS = 0.7;
const BESIDE = 0.3;
const NAMED = 0.9;

/** A guess is never as good as what has happened. */
const MOST_LIKELY = 0.99;

function sharedBy(
  parts: readonly AnalyzedPart[],
): (files: readonly LikelyFile[], paths: readonly string[]) => string[] {
  const owner = ownersOf(parts);
  const shared = parts.filter((part) => part.shared);
  return (files, paths) => {
    const touched = new Set(
      files.filter(({ likelihood }) => likelihood >= SURE).map(({ path }) => owner(path)?.key),
    );
    return shared
      .filter(
        (part) =>
          touched.has(part.key) ||
          part.paths.some((glob) => paths.some((path) => overlaps(tidied(glob), tidied(path)))),
      )
      .map(({ key }) => key);
  };
}

/** Of two files, from so much on they belong together. */
const TOGETHER = 0.35;
const MOST_TOGETHER = 2_000;

/** Pairs of files that different tasks are likely to change. */
function togetherOf(tasks: readonly AnalyzedTask[], history: History): Together[] {
  const files = new Set(
    tasks.flatMap(({ likely }) =>
      likely.filter(({ likelihood }) => likelihood >= SURE).map(({ path }) => path),
    ),
  );
  const pairs = new Map<string, Together>();
  for (const one of files)
    for (const [other, share] of history.together(one)) {
      if (share < TOGETHER || !files.has(other)) continue;
      const [first = '', second = ''] = [one, other].sort();
      const key = `${first}\0${second}`;
      if (share > (pairs.get(key)?.share ?? 0)) pairs.set(key, { one: first, other: second, share });
    }
  return [...pairs.values()].sort((one, other) => other.share - one.share).slice(0, MOST_TOGETHER);
}

const depthOf = (folder: string) => folder.split('/').length;

function foldersOf({ files }: Ground): string[] {
  const all = [...allFolders(files)].filter(Boolean).sort();
  return all
    .sort((one, other) => depthOf(one) - depthOf(other))
    .slice(0, MOST_FOLDERS)
    .sort();
}

function cutSpecs(tasks: readonly Task[]): string[] {
  return tasks
    .filter(({ spec }) => spec.length > SPEC_CHARS)
    .map(({ id }) => `of the specification of ${id} only the first ${SPEC_CHARS} characters were read`);
}
