// What of a branch is judged, and whether that is still what lands: a replay may leave out what main has by now.

import type { LogEntry } from '../git/commits.ts';
import { alteredFiles, type Placed, placed, unmoved } from '../git/patches.ts';
import { mergeBase } from '../git/refs.ts';
import { replay } from '../git/replay.ts';
import { type Sha, shortSha } from '../task/ids.ts';
import { listed } from '../task/list.ts';
import type { Project } from './project.ts';

export interface Landing {
  /** The difference between these two is what lands. */
  readonly from: Sha;
  readonly to: Sha;
  /** Files that the branch itself changes otherwise; none where what lands is the branch as it stands. */
  readonly altered: readonly string[];
  /** Files of the branch whose lines do not land: lockfiles that are made anew, manifests that are merged by their keys. */
  readonly stale: readonly string[];
  readonly byKey: readonly string[];
}

/** @param commits `main..head` */
export async function whatLands(
  project: Project,
  main: Sha,
  head: Sha,
  commits: readonly LogEntry[],
): Promise<Landing> {
  const base = (await mergeBase(project.git, main, head)) ?? main;
  const asItStands = { from: base, to: head, altered: [], stale: [], byKey: [] };
  if (base === main || commits.length === 0) return asItStands;
  const own = await project.own();
  const there = await replayed(project, main, head);
  if (there === undefined) return asItStands;
  const altered = await alteredFiles(own, unmoved(base, head, commits), there);
  const { stale, byKey } = there;
  return altered.length === 0
    ? { ...asItStands, stale, byKey }
    : { from: main, to: there.commit, altered, stale, byKey };
}

/** What a reader of the diff has to know of it. */
export function notesOf(main: string, { stale, byKey }: Landing): string[] {
  return [
    ...(stale.length === 0
      ? []
      : [
          `${namesOf(stale)}: ${main} has changed it too. The queue takes ${main}'s, with what only this branch pins, and makes it anew, without running scripts, in a commit of its own: its lines here do not land as they stand.`,
        ]),
    ...(byKey.length === 0
      ? []
      : [`${namesOf(byKey)}: ${main} has changed it beside these lines. It is merged by its keys.`]),
  ];
}

/**
 * @param judgedOn main, when its replay was judged
 * @returns a sentence, when the replay onto today's main has other lines
 */
export async function alteredSince(
  project: Project,
  head: Sha,
  judgedOn: Sha,
  main: Sha,
): Promise<string | undefined> {
  if (judgedOn === main) return undefined;
  const now = await replayed(project, main, head);
  if (now === undefined) return undefined; // a conflict, which is told elsewhere
  // Main may have been rewritten since, and that commit be gone.
  const then = await replayed(project, judgedOn, head).catch(() => undefined);
  const where = then && (await alteredFiles(await project.own(), then, now));
  if (where?.length === 0) return undefined;
  const files = where
    ? `in ${namesOf(where)}`
    : `and the one onto ${shortSha(judgedOn)} cannot be made again`;
  return `the replay onto ${project.main} (${shortSha(main)}) adds or removes other lines than what was judged, ${files}`;
}

async function replayed(project: Project, onto: Sha, head: Sha): Promise<Placed | undefined> {
  const made = await replay(await project.own(), onto, head);
  return made.kind === 'clean' ? placed(onto, made) : undefined;
}

const SHOWN = 5;

export const namesOf = (files: readonly string[]) => listed(files, SHOWN);
