import { configuredIdentity } from '../../git/worktrees.ts';
import { readGate } from '../../orchestrator/gate.ts';
import { takeTask } from '../../orchestrator/takeTask.ts';
import { getTask } from '../../store/tasks.ts';
import { Problem } from '../../task/problem.ts';
import { command } from '../command.ts';
import { taskDocument } from '../documents.ts';
import { theTaskId } from '../lookup.ts';

export default command(
  (yargs) =>
    yargs
      .positional('id', { type: 'string', demandOption: true, describe: 'Its id, or the beginning of it' })
      .option('stop', {
        type: 'boolean',
        default: false,
        describe: 'End the coder that is at work on it; what it has is kept',
      }),
  async (args, context) => {
    const project = await context.project();
    const id = await theTaskId(project, args.id);
    const abort = new AbortController();
    context.onInterrupt(() => abort.abort());
    const taken = await takeTask(project, await readGate(project), id, {
      person: (await configuredIdentity(project.git)) ?? 'a person',
      stop: args.stop,
      signal: abort.signal,
      say: (sentence) => context.narrate(`steroids: ${sentence}`),
    });
    const now = await getTask(project.store.db, id);
    if (!now?.takenOver) throw new Problem('refused', 'changed-meanwhile', `task ${id} changed meanwhile`);
    const path = now.takenOver.path ?? '';
    const { setUp, layout } = taken.kind === 'taken' ? taken.worktree : { setUp: null, layout: null };
    if (setUp?.kind === 'failed')
      context.narrate(
        `steroids: ${setUp.reason}. The worktree is yours all the same; run the set-up there yourself.`,
      );
    if (layout?.conflict)
      context.narrate(`steroids: conflict markers to solve: ${layout.conflict.files.join(', ')}`);
    context.narrate(
      `steroids: ${id} “${now.title}” is yours, on ${now.branch}. Commit there, then: steroids tasks handback ${id}`,
    );
    return {
      data: {
        ...taskDocument(now),
        path,
        again: taken.kind === 'again',
        conflict: layout?.conflict?.files ?? [],
        setUp: setUp === null ? null : setUp.kind,
      },
      text: path,
    };
  },
);
