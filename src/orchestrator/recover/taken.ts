// Worktrees of persons: half-made ones, and those whose task nobody has in hands any more.

import { isAlive, type ProcessIdentity } from '../../process/identity.ts';
import { listSlots } from '../../store/slots.ts';
import { setOpening } from '../../store/takeovers.ts';
import { getTask, listTasks } from '../../store/tasks.ts';
import type { TaskId } from '../../task/ids.ts';
import { realPath } from '../../worktree/find.ts';
import { taskOfSlot } from '../../worktree/layout.ts';
import { readGate } from '../gate.ts';
import { putBranchAway } from '../putAway.ts';
import { closeTaken, holdersOf, openTaken } from '../takenWorktree.ts';
import { type Looking, type Trouble, titled, trouble } from './finding.ts';

/** Its process was killed before the worktree was given to the person. */
export async function halfTaken({ project }: Looking): Promise<Trouble[]> {
  const { store, host } = project;
  const found: Trouble[] = [];
  for (const { id, takenOver, title } of await listTasks(store.db, { statuses: ['in_progress'] })) {
    const opening = takenOver?.opening ?? null;
    if (opening === null || isAlive(JSON.parse(opening) as ProcessIdentity) !== 'dead') continue;
    found.push(
      trouble('half-taken', `whoever took ${titled({ id, title })} over was killed on the way`, {
        action: 'its worktree is made',
        remedy: `where it is: steroids tasks takeover ${id}`,
        repair: async () => {
          const ours = JSON.stringify(host.identify());
          if (!(await store.write((trx) => setOpening(trx, id, ours, opening)))) return false;
          const say = () => {};
          await openTaken(project, await readGate(project), id, {
            signal: new AbortController().signal,
            say,
          });
          return true;
        },
      }),
    );
  }
  return found;
}

/** The person was still in it when the task was handed back or cancelled, or whoever was told so was killed. */
export async function leftByPersons({ project }: Looking): Promise<Trouble[]> {
  const { db } = project.store;
  const found: Trouble[] = [];
  for (const slot of await listSlots(db)) {
    const id = taskOfSlot(slot.name) as TaskId | undefined;
    const task = id === undefined ? undefined : await getTask(db, id);
    if (id === undefined || task?.takenOver) continue;
    if ((await holdersOf(project, await realPath(slot.path))) !== undefined) continue;
    found.push(
      trouble(
        'left-worktree',
        `nobody has task ${id} in hands, and a worktree is left of it (${slot.path})`,
        {
          action: 'what is in it is archived, and it goes',
          repair: async () => {
            const left = await closeTaken(project, await readGate(project), id);
            await putBranchAway(project, id);
            return left === null;
          },
        },
      ),
    );
  }
  return found;
}
