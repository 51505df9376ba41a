// What an approval of a task is worth now: of which commit it is, and whether its patches are still those that were judged.

import type { Sha } from '../task/ids.ts';
import { shortSha } from '../task/ids.ts';
import type { TaskHistory } from './history.ts';
import { type Project, readMain } from './project.ts';
import { alteredSince } from './whatLands.ts';

export interface Approval {
  readonly commit: Sha;
  readonly reviewer: string;
  /** How often a replay had altered a patch since the task was submitted, so that it was judged again. */
  readonly judgedAgain: number;
  /**
   * `unchanged`: it was replayed onto another main, every patch is as it was, and the approval stands. `altered`: it will be
   * judged again. `none`: nobody judged it.
   */
  readonly replay: 'same' | 'unchanged' | 'altered' | 'none';
  readonly sentence: string;
}

/** Undefined while it is not approved. */
export async function readApproval(project: Project, history: TaskHistory): Promise<Approval | undefined> {
  const { task, events } = history;
  const commit = task.approvedCommit;
  const approved = events.findLast(({ kind }) => kind === 'approved');
  if (commit === null || approved?.data.commit !== commit) return undefined;
  const submitted = events.findLastIndex(({ kind }) => kind === 'submitted');
  const judgedAgain = events.slice(submitted + 1).filter(({ kind }) => kind === 'altered').length;
  const reviewer = String(approved.data.reviewer);
  const common = { commit, reviewer, judgedAgain };
  const again = judgedAgain === 0 ? '' : `, after a replay had altered it ${times(judgedAgain)}`;
  const by = `approved at ${shortSha(commit)} by ${reviewer}${again}`;
  const onto = approved.data.onto as Sha | undefined;
  if (onto === undefined)
    return { ...common, replay: 'none', sentence: `${by}: a replay is not compared with what nobody judged` };
  const landed = task.landedCommit;
  if (landed === commit) return { ...common, replay: 'same', sentence: `${by}, and landed as that commit` };
  // The queue has compared them before it landed: what landed is what was judged.
  const altered = landed === null && (await alteredSince(project, commit, onto, await readMain(project)));
  if (altered) return { ...common, replay: 'altered', sentence: `${by}, but ${altered}` };
  const which = landed === null ? `onto today's ${project.main}` : `as ${shortSha(landed)}`;
  const sentence = `${by}; replayed ${which}, every patch is unchanged, so it stands`;
  return { ...common, replay: 'unchanged', sentence };
}

const times = (number: number) => (number === 1 ? 'once' : `${number} times`);
