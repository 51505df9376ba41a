// While coders are at work: our own refs. One list of them serves all coders of a process, because a list costs by the tasks
// that have landed.

import { changeRefs, isAncestor, listRefs, type Ref, resolveCommit } from '../git/refs.ts';
import { landedAsRef } from '../merge/land.ts';
import { listEntries } from '../store/entries.ts';
import { getTask } from '../store/tasks.ts';
import type { Sha, TaskId } from '../task/ids.ts';
import { type Project, readMain } from './project.ts';
import type { Session } from './session.ts';

/** Coders that end within this time of a look leave the next one to those who are still at work. Milliseconds. */
const LOOK_MS = 1_000;

interface Known {
  readonly atWork: Set<OurRefs>;
  /** As they were at the last look, or when the first of those began who are at work. */
  refs: readonly Ref[];
  /** Of the last look; epoch milliseconds. */
  looked: number;
}

const knownOf = new WeakMap<Project, Known>();

const list = (project: Project) => listRefs(project.git, 'refs/steroids');

export interface OurRefs {
  /** Looks, unless somebody just did and others will, and puts back what is missing. @param who `coder "default"` */
  end(who: string): Promise<void>;
  /** For a coder whose worktree is no longer ours, or that could not be run: nobody waits for its end. */
  leave(): void;
}

export async function watchOurs(session: Session): Promise<OurRefs> {
  const { project } = session;
  const known: Known = knownOf.get(project) ?? { atWork: new Set(), refs: [], looked: 0 };
  knownOf.set(project, known);
  if (known.atWork.size === 0) known.refs = await list(project);
  const coder: OurRefs = {
    async end(who) {
      coder.leave();
      const now = project.host.now();
      if (known.atWork.size > 0 && now - known.looked < LOOK_MS) return;
      known.looked = now;
      const before = known.refs;
      known.refs = await list(project);
      const whoWas = known.atWork.size > 0 ? 'coders were' : `${who} was`;
      if (await restore(session, whoWas, before, known.refs)) known.refs = await list(project);
    },
    leave: () => void known.atWork.delete(coder),
  };
  known.atWork.add(coder);
  return coder;
}

/** Whatever keeps commits reachable stays. @returns whether any ref was put back. The fencing token is the lander's to mend. */
async function restore(
  session: Session,
  whoWas: string,
  before: readonly Ref[],
  after: readonly Ref[],
): Promise<boolean> {
  const { project } = session;
  const now = new Map(after.map((ref) => [ref.name, ref.sha]));
  const restored: string[] = [];
  for (const { name, sha } of before) {
    const at = now.get(name);
    if (at === sha || !(await isNeeded(project, name, sha, at))) continue;
    const change = { kind: 'update', ref: name, to: sha, from: at ?? null } as const;
    const changed = await changeRefs(project.git, [change], 'steroids: put back a ref of ours');
    if (changed.kind === 'changed') restored.push(name);
  }
  if (restored.length === 0) return false;
  const sentence = `while ${whoWas} at work, refs that keep commits were moved or deleted, and were put back: ${restored.join(', ')}`;
  session.report({ kind: 'noticed', sentence });
  return true;
}

/** @param at where the ref is now; we ourselves only ever delete a candidate, or give it another commit */
async function isNeeded(project: Project, name: string, sha: Sha, at: Sha | undefined): Promise<boolean> {
  const [, , kind, id = ''] = name.split('/');
  if (kind === 'archive' || kind === 'landed') return true;
  if (kind !== 'candidate' || at !== undefined) return false;
  const task = await getTask(project.store.db, id as TaskId);
  const open = task
    ? !['completed', 'cancelled', 'skipped'].includes(task.status)
    : (await listEntries(project.store.db)).some((entry) => entry.id === id);
  if (!open) return false;
  const main = await readMain(project);
  if (await isAncestor(project.git, sha, main)) return false;
  // A landing deletes it together with the move of main, and only then tells the store. What landed may be a later one.
  const landedAs = await resolveCommit(project.git, landedAsRef(id));
  return landedAs === undefined || !(await isAncestor(project.git, landedAs, main));
}
