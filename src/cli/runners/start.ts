import { readGate } from '../../orchestrator/gate.ts';
import type { Project } from '../../orchestrator/project.ts';
import { theZone } from '../../orchestrator/zones.ts';
import { getRunner } from '../../store/runners.ts';
import { type Answer, type Context, command } from '../command.ts';
import { conduct } from '../conduct.ts';
import { runnerDocument } from '../documents.ts';
import { EXIT } from '../exit.ts';
import { theSection } from '../lookup.ts';
import { adviseStart } from './adviseStart.ts';
import { backgroundText, startInBackground } from './inBackground.ts';

export default command(
  (yargs) =>
    yargs
      .option('section', { type: 'string', requiresArg: true, describe: 'Only tasks of this section' })
      .option('zone', {
        type: 'string',
        requiresArg: true,
        describe: 'Has this zone, and takes only its tasks',
      })
      .option('coder', { type: 'string', requiresArg: true, describe: 'For tasks that name no coder' })
      .option('once', { type: 'boolean', default: false, describe: 'One task, then end' })
      .option('detach', {
        type: 'boolean',
        default: false,
        describe: 'In the background; says when it is up',
      })
      .option('analyze-conflicts', {
        type: 'boolean',
        describe: 'Look for conflicts with what runs already, whatever analysis.onStart says',
      })
      .option('yes', { type: 'boolean', default: false, describe: 'Start it, whatever is found' }),
  async (args, context) => {
    const project = await context.project();
    const gate = await readGate(project);
    const section = args.section === undefined ? null : await theSection(project, args.section);
    const zone = args.zone === undefined ? null : await theZone(project.store.db, gate, args.zone);
    const starting = { section, zone: zone?.name ?? null, analyze: args['analyze-conflicts'], yes: args.yes };
    const advised = await adviseStart(context, project, gate, starting);
    if (advised !== 'start') {
      const exitCode = advised === 'interrupted' ? EXIT.interrupted : EXIT.done;
      return { data: { started: false }, text: 'No runner was started.', exitCode };
    }
    if (args.detach) return await detach(context, project);
    const { interrupts, runners } = await conduct(
      context,
      project,
      gate,
      {
        runners: 1,
        sectionId: section?.id ?? null,
        zone,
        options: { sectionIds: [], zones: [], coder: args.coder ?? null, until: args.once ? 'task' : 'told' },
      },
      ([runner]) => context.tellParent({ id: runner?.id }),
    );
    const [first] = runners;
    const runner = first && (await getRunner(project.store.db, first.id));
    return {
      data: runner && runnerDocument(runner, null),
      text: `runner-${runner?.number} (${runner?.id}) ended`,
      exitCode: interrupts > 1 ? EXIT.interrupted : EXIT.done,
    };
  },
);

/** Starts the same command without `--detach`. */
async function detach(context: Context, project: Project): Promise<Answer> {
  const words = context.words.filter(
    (word) => !/^--(detach|analyze-conflicts|yes)(=|$)/.test(word) && word !== '--json',
  );
  const runner = await startInBackground(context, project, words);
  return { data: runnerDocument(runner, null), text: backgroundText(runner) };
}
