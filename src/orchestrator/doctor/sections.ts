import { readGate } from '../gate.ts';
import { checkReviewedSections } from '../preflight.ts';
import type { Project } from '../project.ts';
import { checkZonedSections } from '../zones.ts';
import { type Checkup, checkUp } from './checkup.ts';

/** Names of sections that keep runners from starting; the configuration itself has been looked at. */
export async function checkSections(project: Project): Promise<Checkup[]> {
  const gate = await readGate(project).catch(() => undefined);
  if (!gate) return [];
  const look = (check: () => Promise<void>) =>
    checkUp('sections', async () => {
      await check();
      return [];
    });
  return [
    ...(await look(() => checkReviewedSections(project, gate))),
    ...(await look(() => checkZonedSections(project.store.db, gate))),
  ];
}
