import { configuredIdentity } from '../../git/worktrees.ts';
import { readGate } from '../../orchestrator/gate.ts';
import { handBack } from '../../orchestrator/handBack.ts';
import { getTask } from '../../store/tasks.ts';
import { command } from '../command.ts';
import { taskDocument } from '../documents.ts';
import { EXIT } from '../exit.ts';
import { theTask } from '../lookup.ts';

export default command(
  (yargs) =>
    yargs
      .positional('id', { type: 'string', demandOption: true, describe: 'Its id, or the beginning of it' })
      .option('to-coder', {
        type: 'boolean',
        default: false,
        describe: 'Its coder goes on from what you have committed, instead of its review',
      })
      .option('commit', { type: 'boolean', default: false, describe: 'Commit what is not committed' })
      .option('note', { type: 'string', default: '', describe: 'A word for its coder, or for the history' }),
  async (args, context) => {
    const project = await context.project();
    const task = await theTask(project, args.id);
    const { event, left } = await handBack(project, await readGate(project), task, {
      to: args['to-coder'] ? 'coder' : 'review',
      note: args.note.trim(),
      commit: args.commit,
      identity: (await configuredIdentity(project.git)) ?? 'a person <person@steroids.localhost>',
    });
    const now = (await getTask(project.store.db, task.id)) ?? task;
    if (left)
      context.narrate(
        `steroids: ${left.holders} still in ${left.path}; it goes with \`steroids gc\`, once it is left`,
      );
    const why = event.kind === 'setback' ? `: ${event.reason}` : '';
    return {
      data: { ...taskDocument(now), left: left?.path ?? null },
      text: `${task.id}  ${task.title}: ${now.status}${why}`,
      ...(event.kind === 'setback' ? { exitCode: EXIT.waiting } : {}),
    };
  },
);
