// A reviewer's place for a single question, outside of any runner: a checkout of main, and folders that go with it.

import path from 'node:path';
import { makeFolder } from '../disk/files.ts';
import { makeTemporaryFolder } from '../disk/temp.ts';
import { addWorktree, checkOut, openWorktree, removeWorktree } from '../git/worktrees.ts';
import type { Gate } from './gate.ts';
import { slotEnvironment } from './openSlot.ts';
import type { Project } from './project.ts';
import type { Desk } from './reviewerKinds.ts';

/** @param name of the log, and of the temporary folder */
export async function atDesk<T>(
  project: Project,
  gate: Gate,
  name: string,
  work: (desk: Desk) => Promise<T>,
): Promise<T> {
  const temp = makeTemporaryFolder(`steroids-${name}`);
  const folder = path.join(temp.path, 'main');
  const log = path.join(temp.path, `${name}.log`);
  const own = path.join(temp.path, 'own');
  try {
    await makeFolder(own);
    await addWorktree(project.ownWorktrees, folder, gate.main);
    const worktree = await openWorktree(project.ownWorktrees, folder);
    await checkOut(worktree, gate.main, true);
    const environment = slotEnvironment({ session: { project }, number: 0, temp: own }, gate.config);
    const answers = path.join(temp.path, 'answer');
    return await work({ project, gate, worktree, temp: own, sharedTemp: own, environment, log, answers });
  } finally {
    await removeWorktree(project.ownWorktrees, folder).catch(() => undefined);
    temp.remove();
  }
}
