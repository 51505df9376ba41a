import { shellQuoted } from '../../task/shell.ts';
import { worktreesRoot } from '../../worktree/layout.ts';
import { listLeft } from '../../worktree/moveAside.ts';
import { readGate } from '../gate.ts';
import type { Project } from '../project.ts';
import { recover } from '../recover/recover.ts';
import { type Checkup, checkUp, ok, warning } from './checkup.ts';

/** What `steroids recover` would put right, and what only a person can judge. */
export async function checkLeftovers(project: Project): Promise<Checkup[]> {
  return await checkUp('leftovers', async () => {
    const found = await recover(project, { dryRun: true });
    const gate = await readGate(project).catch(() => undefined);
    const aside = (await listLeft(worktreesRoot(project.repository.home, gate?.config.worktrees.root))).map(
      (folder) =>
        warning(
          'leftovers',
          `${folder} holds a worktree that could not be emptied, as it was`,
          `Take out of it what you need, then: rm -r ${shellQuoted(folder)}`,
        ),
    );
    if (found.length + aside.length === 0) return ok('leftovers', 'nothing was left behind');
    const told = found.map((one) => {
      if (one.action === null && one.remedy === null && one.failure === null)
        return ok('leftovers', one.found);
      const why = one.failure === null ? '' : `: ${one.failure}`;
      const remedy =
        one.action === null ? (one.remedy ?? 'steroids recover') : `steroids recover (${one.action})`;
      return warning('leftovers', `${one.found}${why}`, remedy);
    });
    return [...told, ...aside];
  });
}
