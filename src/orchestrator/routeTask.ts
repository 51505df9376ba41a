// Where a new task belongs, from what main and its history say today. What it gives is a hint, and refuses nothing.

import path from 'node:path';
import { findSymbols } from '../git/mentions.ts';
import { listSections } from '../store/sections.ts';
import { discoveredParts } from '../structure/discoveredParts.ts';
import { type Guess, guess } from '../structure/route.ts';
import { partsDeclared } from '../structure/routeAreas.ts';
import { FileIndex } from '../structure/routeFiles.ts';
import { type Described, routeOn } from '../structure/routeGround.ts';
import { readText } from '../structure/routeText.ts';
import { Problem } from '../task/problem.ts';
import { askRouter, type Routed, type Router } from './askRouter.ts';
import { type Ground, readGround, readSmallGround } from './ground.ts';
import type { Project } from './project.ts';
import { readStructureOnMain } from './structureOnMain.ts';

interface Text {
  readonly title: string;
  readonly spec: string;
}

/** Milliseconds that git may take, where somebody waits for the answer, and where nobody asked for one. */
const ASKED = { history: 20_000, symbols: 5_000 };
const UNASKED = { history: 1_000, symbols: 300 };

/** With more files than this nobody who did not ask waits for an answer. */
const CHEAP_FILES = 10_000;
/** Of a list that is imported, so many tasks get paths. */
const CHEAP_TASKS = 200;

interface Known extends Omit<Ground, 'files'> {
  readonly files: FileIndex;
}

/**
 * @param router the model that may choose instead, where there is one
 * @throws Problem `main-missing`, `git-failed`
 */
export async function routeTask(project: Project, task: Text, router?: Router): Promise<Routed> {
  const known = indexed(await readGround(project, ASKED.history));
  const text = readText(task);
  const mentions = await findSymbols(known.git, known.main, text.symbols, ASKED.symbols);
  const { warnings, ...described } = await readParts(project, known);
  const sections = await listSections(project.store.db);
  const { routed, ground } = routeOn(task, text, { ...known, mentions }, sections, described);
  const guessed = { ...routed, warnings: [...warnings, ...routed.warnings] };
  return router ? await askRouter(router, text, guessed, ground) : { ...guessed, by: null };
}

interface Parts extends Described {
  readonly warnings: readonly string[];
}

/**
 * What main's structure.yaml says; where there is none, what discovery finds in main. One that cannot be read is told, and
 * routing goes on with the sections alone.
 */
async function readParts(project: Project, { git, main }: Known): Promise<Parts> {
  const { text, declared, mistake } = await readStructureOnMain(project, main);
  if (text === null) {
    const file = path.join(project.folders.base, 'structure.json');
    return { ...(await discoveredParts(git, file, main)), discovered: true, warnings: [] };
  }
  const { patterns } = declared?.taskRouting ?? { patterns: [] };
  return {
    parts: declared === null ? [] : partsDeclared(declared),
    patterns,
    discovered: false,
    warnings: mistake === null ? [] : [mistake],
  };
}

/** The same of one task; whoever gave it paths has said it already. */
export async function guessFor(
  project: Project,
  task: Text & { readonly paths: readonly string[] },
): Promise<Guess> {
  if (task.paths.length > 0) return NO_GUESS;
  const [guessed = NO_GUESS] = await guessAll(project, [task]);
  return guessed;
}

export const NO_GUESS: Guess = { pathsInferred: [], likely: [] };

/**
 * Files that tasks are likely to change, where that is cheap to say.
 * @returns for each task, in their order; empty where nothing is likely enough
 */
export async function guessAll(project: Project, tasks: readonly Text[]): Promise<Guess[]> {
  const none = tasks.map(() => NO_GUESS);
  if (tasks.length === 0) return none;
  try {
    const ground = await readSmallGround(project, UNASKED.history, CHEAP_FILES);
    if (ground === undefined) return none;
    const known = indexed(ground);
    const guessed: Guess[] = [];
    for (const task of tasks.slice(0, CHEAP_TASKS)) {
      const text = readText(task);
      const mentions = await findSymbols(known.git, known.main, text.symbols, UNASKED.symbols);
      guessed.push(guess(text, { ...known, mentions }));
    }
    return tasks.map((_, index) => guessed[index] ?? NO_GUESS);
  } catch (error) {
    // A task is added without a hint as well: main may be missing yet, git may take too long.
    if (error instanceof Problem) return none;
    throw error;
  }
}

const indexed = (ground: Ground): Known => ({ ...ground, files: new FileIndex(ground.files) });
