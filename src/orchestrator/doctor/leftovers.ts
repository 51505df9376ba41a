import type { Project } from '../project.ts';
import { recover } from '../recover/recover.ts';
import { type Checkup, checkUp, ok, warning } from './checkup.ts';

/** What `steroids recover` would put right. */
export async function checkLeftovers(project: Project): Promise<Checkup[]> {
  return await checkUp('leftovers', async () => {
    const found = await recover(project, { dryRun: true });
    if (found.length === 0) return ok('leftovers', 'nothing was left behind');
    return found.map((one) => {
      if (one.action === null && one.remedy === null && one.failure === null)
        return ok('leftovers', one.found);
      const why = one.failure === null ? '' : `: ${one.failure}`;
      const remedy =
        one.action === null ? (one.remedy ?? 'steroids recover') : `steroids recover (${one.action})`;
      return warning('leftovers', `${one.found}${why}`, remedy);
    });
  });
}
