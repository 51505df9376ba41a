// What main's structure.yaml says. Nothing waits for it to be right: a mistake in it is told, and what can do without goes on.

import { readFileAt } from '../git/refs.ts';
import { readStructureFile, STRUCTURE_FILE, type StructureFile } from '../structure/structureFile.ts';
import { type Sha, shortSha } from '../task/ids.ts';
import { Problem } from '../task/problem.ts';
import type { Grounds } from './project.ts';

export interface StructureOnMain {
  /** Null where there is no such file. */
  readonly text: string | null;
  /** Null where it says nothing: there is none, or it cannot be read. */
  readonly declared: StructureFile | null;
  /** Why it cannot be read, with the place. */
  readonly mistake: string | null;
}

export const NO_STRUCTURE: StructureOnMain = { text: null, declared: null, mistake: null };

/** @param known what an earlier commit had: the same text gives the same object */
export async function readStructureOnMain(
  project: Grounds,
  main: Sha,
  known: StructureOnMain = NO_STRUCTURE,
): Promise<StructureOnMain> {
  const text = (await readFileAt(project.git, main, STRUCTURE_FILE)) ?? null;
  if (text === null) return NO_STRUCTURE;
  if (text === known.text) return known;
  try {
    const { declared } = readStructureFile(text, `${STRUCTURE_FILE} on ${project.main} (${shortSha(main)})`);
    return { text, declared, mistake: null };
  } catch (error) {
    if (error instanceof Problem) return { text, declared: null, mistake: error.message };
    throw error;
  }
}
