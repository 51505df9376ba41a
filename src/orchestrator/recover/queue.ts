// What a lander that is not there any more left: entries in verification, candidates of what has ended.

import { makeTemporaryFolder } from '../../disk/temp.ts';
import { changeRefs, listRefs } from '../../git/refs.ts';
import { isAlive, type ProcessIdentity } from '../../process/identity.ts';
import { getEntry } from '../../store/entries.ts';
import { getLease } from '../../store/leases.ts';
import { getTask } from '../../store/tasks.ts';
import { shortSha, type TaskId } from '../../task/ids.ts';
import { queueLease, withQueue } from '../lander.ts';
import type { Project } from '../project.ts';
import { findInterrupted, settleInterrupted } from '../settle.ts';
import { type Looking, type Trouble, trouble } from './finding.ts';

/** Whether a lander that may be alive has the queue. */
export async function queueIsHeld(project: Project): Promise<boolean> {
  const lease = await getLease(project.store, queueLease(project.main));
  if (lease === undefined || lease.expiresAt <= project.host.now()) return false;
  return isAlive(JSON.parse(lease.owner) as ProcessIdentity) !== 'dead';
}

/** @returns false when a lander has it */
export async function holdingQueue(looking: Looking, work: () => Promise<boolean>): Promise<boolean> {
  return await asLander(looking, async () => void (await work()));
}

async function asLander(
  { project, report }: Looking,
  work: Parameters<typeof withQueue>[2],
): Promise<boolean> {
  const temp = makeTemporaryFolder('steroids-recover');
  try {
    return await withQueue({ project, report }, { temp: temp.path }, work);
  } finally {
    temp.remove();
  }
}

export async function interruptedQueue(looking: Looking): Promise<Trouble[]> {
  const { project, alone } = looking;
  if (await queueIsHeld(project)) return [];
  let settled: Promise<boolean> | undefined;
  const settle = () => {
    settled ??= asLander(looking, (holder) => settleInterrupted(holder, alone));
    return settled;
  };
  return (await findInterrupted(project, alone)).map(({ entry, landed }) => {
    const found = `“${entry.title}” was ${entry.status} when its lander ended`;
    if (landed === 'unknown')
      return trouble('interrupted-landing', `${found}, and the remote may have it`, {
        remedy: 'steroids merge run asks the remote',
      });
    if (landed === 'yes')
      return trouble('landed-unrecorded', `${found}, and ${project.main} has it`, {
        action: `it has landed as ${shortSha(entry.candidate ?? '')}`,
        repair: settle,
      });
    return trouble('interrupted-entry', found, { action: 'it waits in the queue again', repair: settle });
  });
}

const CANDIDATES = 'refs/steroids/candidate/';

/** Built for what has landed or ended since; a task that was sent back still needs its own. */
export async function leftCandidates({ project }: Looking): Promise<Trouble[]> {
  if (await queueIsHeld(project)) return [];
  const { git, store } = project;
  const found: Trouble[] = [];
  for (const ref of await listRefs(git, CANDIDATES)) {
    const id = ref.name.slice(CANDIDATES.length);
    const task = await getTask(store.db, id as TaskId);
    const entry = task ? undefined : await getEntry(store.db, id);
    const ended = task
      ? ['completed', 'cancelled', 'skipped'].includes(task.status)
      : entry && ['landed', 'cancelled', 'broken', 'conflicted'].includes(entry.status);
    if (!ended) continue;
    found.push(
      trouble('left-candidate', `${ref.name} was built for “${(task ?? entry)?.title}”, which has ended`, {
        action: 'it is deleted',
        repair: async () => {
          const change = { kind: 'delete', ref: ref.name, from: ref.sha } as const;
          return (await changeRefs(git, [change], 'steroids: not needed')).kind === 'changed';
        },
      }),
    );
  }
  return found;
}
