// While coders are at work: a copy of what all worktrees share, one for all processes, and what came of it. It is taken when
// a coder begins and no other is at work, so that a person may change their settings whenever nobody is.

import path from 'node:path';
import { readFileIfThere, writeFileAtomically } from '../disk/files.ts';
import { freeze } from '../git/frozen.ts';
import { getMeta, setMeta } from '../store/meta.ts';
import type { Db } from '../store/open.ts';
import { listOpenSteps } from '../store/steps.ts';
import { sentenceOf } from '../task/problem.ts';
import {
  type Change,
  findChanges,
  isHarmless,
  nameOf,
  putBack,
  readShared,
  type Shared,
} from '../worktree/guard.ts';
import { withGitLock } from './gitLock.ts';
import type { Project } from './project.ts';
import type { Session } from './session.ts';

export interface SharedWatch {
  /**
   * Puts back what differs, and tells of it.
   * @param who did it, as far as anybody knows: `coder "default"`
   * @returns what its coder is to be told, when it was nobody else
   */
  look(who: string): Promise<string | undefined>;
  /** Looks a last time. */
  end(): Promise<void>;
}

/** @param kept a folder for what is found */
export async function watchShared(
  session: Session,
  step: { readonly stepId: number; readonly taskId: string },
  kept: string,
): Promise<SharedWatch> {
  const { project } = session;
  const { shared, left } = await begin(session, step.stepId, kept);
  if (left.length > 0) tell(session, 'while a coder was at work that was killed', left, kept);
  const look = async (who: string) => {
    const own = await project.own();
    // Most often there is nothing, and nobody has to take turns for that.
    if ((await findChanges(own, shared, await read(session))).length === 0) return undefined;
    const undone = await withGitLock(project, () => undo(session, shared, kept));
    if (undone.length === 0) return undefined;
    const others = (await codeSteps(project)).filter((open) => open.id !== step.stepId);
    const tasks = [step.taskId, ...others.map((open) => open.taskId)];
    const was = others.length === 0 ? `${who} was at work on` : 'coders were at work on';
    tell(session, `while ${was} ${tasks.join(', ')}`, undone, kept);
    const grave = undone.filter(({ change }) => !isHarmless(change));
    return others.length === 0 && grave.length > 0 ? feedbackOn(grave) : undefined;
  };
  return {
    look,
    async end() {
      await look('a coder');
      await project.store.write(async (trx) => {
        const others = (await readAtWork(trx)).filter((id) => id !== step.stepId);
        await setMeta(trx, 'at-work', JSON.stringify(others));
      });
    },
  };
}

interface Begun {
  readonly shared: Shared;
  /** What a coder had changed that was killed. */
  readonly left: readonly Undone[];
}

/** Most often others are at work: their copy holds, and nobody has to take turns for that. */
async function begin(session: Session, stepId: number, kept: string): Promise<Begun> {
  const { project } = session;
  return (
    (await join(project, stepId)) ??
    (await withGitLock(
      project,
      async () => (await join(project, stepId)) ?? (await beginAlone(session, stepId, kept)),
    ))
  );
}

/** @returns undefined when no other coder is at work */
async function join(project: Project, stepId: number): Promise<Begun | undefined> {
  const joined = await project.store.write(async (trx) => {
    const open = new Set((await listOpenSteps(trx)).map((step) => step.id));
    const others = (await readAtWork(trx)).filter((id) => open.has(id) && id !== stepId);
    if (others.length === 0) return false;
    await setMeta(trx, 'at-work', JSON.stringify([...others, stepId]));
    return true;
  });
  const shared = joined ? await readCopy(project) : undefined;
  return shared && { shared, left: [] };
}

async function beginAlone(session: Session, stepId: number, kept: string): Promise<Begun> {
  const { project } = session;
  const before = await readCopy(project);
  // Who is at work still, by the list, was ended by its runner's death.
  const killed = (await readAtWork(project.store.db)).length > 0;
  const left = before && killed ? await undo(session, before, kept) : [];
  const shared = await read(session);
  await freeze(project.repository);
  await writeFileAtomically(fileOf(project), JSON.stringify(shared));
  await project.store.write((trx) => setMeta(trx, 'at-work', JSON.stringify([stepId])));
  return { shared, left };
}

interface Undone {
  readonly change: Change;
  /** Why it could not be put back. */
  readonly failure: string | undefined;
}

async function undo(session: Session, shared: Shared, kept: string): Promise<Undone[]> {
  const { project } = session;
  const own = await project.own();
  const undone: Undone[] = [];
  for (const change of await findChanges(own, shared, await read(session))) {
    const failure = await putBack(own, project.repository.commonDir, change, kept).then(
      () => undefined,
      (error: unknown) => sentenceOf(error),
    );
    undone.push({ change, failure });
  }
  return undone;
}

const named = (undone: readonly Undone[]) => undone.map(({ change }) => nameOf(change)).join(', ');

function tell(session: Session, when: string, undone: readonly Undone[], kept: string): void {
  const failed = undone.filter(({ failure }) => failure !== undefined);
  const outcome =
    failed.length === 0
      ? `it was put back, and what was found is in ${kept}; if it was you, change it again while no coder is at work`
      : `${named(failed)} could not be put back (${failed[0]?.failure}): look at it yourself`;
  session.report({
    kind: 'noticed',
    sentence: `${when}, git settings or hooks that all worktrees share were changed: ${named(undone)}; ${outcome}`,
  });
}

function feedbackOn(undone: readonly Undone[]): string {
  return `While you worked, git settings or hooks that all worktrees share were changed, and put back: ${named(undone)}.
Never change the repository's git configuration, hooks, attributes or filters: they are other people's too. What you
committed is on your branch; if nothing else is missing, there is nothing to add.`;
}

async function codeSteps(project: Project) {
  return (await listOpenSteps(project.store.db)).filter((step) => step.kind === 'code');
}

function read({ project, hooks }: Session): Promise<Shared> {
  return readShared(project.repository.commonDir, hooks.userFolder);
}

const fileOf = (project: Project) => path.join(project.folders.base, 'shared.json');

async function readCopy(project: Project): Promise<Shared | undefined> {
  const text = await readFileIfThere(fileOf(project));
  return text === undefined ? undefined : JSON.parse(text);
}

/** The code steps under way whose coders work with the copy. */
async function readAtWork(db: Db): Promise<readonly number[]> {
  return JSON.parse((await getMeta(db, 'at-work')) ?? '[]');
}
