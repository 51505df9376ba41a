import { briefFile, foreseeBrief } from '../../orchestrator/composeBrief.ts';
import { readGate } from '../../orchestrator/gate.ts';
import { command } from '../command.ts';
import { theTask } from '../lookup.ts';
import { count } from '../words.ts';

export default command(
  (yargs) =>
    yargs.positional('id', {
      type: 'string',
      demandOption: true,
      describe: 'Its id, or the beginning of it',
    }),
  async (args, context) => {
    const project = await context.project();
    const task = await theTask(project, args.id);
    const gate = await readGate(project);
    const { text, cut, attempt, coder } = await foreseeBrief(project, gate, task);
    if (cut.length > 0)
      context.narrate(
        `steroids: ${count(cut.length, 'passage')} cut to fit brief.limit; the files with all of it are written when the attempt begins`,
      );
    return {
      data: {
        id: task.id,
        attempt,
        coder,
        template: gate.config.brief.template ?? null,
        limit: gate.config.brief.limit,
        cut: cut.map(({ passage, left }) => ({
          part: passage.part,
          heading: passage.heading.split('\n', 1)[0],
          left,
          whole: briefFile(project, task, attempt, passage.name),
        })),
        text,
      },
      text: text.trimEnd(),
    };
  },
);
