import { readGate } from '../orchestrator/gate.ts';
import { summarize } from '../orchestrator/run.ts';
import { theZone } from '../orchestrator/zones.ts';
import { command } from './command.ts';
import { conduct } from './conduct.ts';
import { EXIT } from './exit.ts';
import { theSection } from './lookup.ts';
import { summaryDocument, summaryText } from './summary.ts';

export default command(
  (yargs) =>
    yargs
      .option('runners', {
        type: 'number',
        default: 3,
        requiresArg: true,
        describe: 'How many coders work at once',
      })
      .option('section', {
        type: 'string',
        array: true,
        requiresArg: true,
        describe: 'Only tasks of these sections',
      })
      .option('zone', {
        type: 'string',
        array: true,
        requiresArg: true,
        describe: 'Only tasks of these zones',
      })
      .option('coder', { type: 'string', requiresArg: true, describe: 'For tasks that name no coder' }),
  async (args, context) => {
    const project = await context.project();
    const gate = await readGate(project);
    const sections = await Promise.all((args.section ?? []).map((text) => theSection(project, text)));
    const zones = await Promise.all((args.zone ?? []).map((text) => theZone(project.store.db, gate, text)));
    const started = context.host.now();
    const { interrupts } = await conduct(context, project, gate, {
      runners: args.runners,
      sectionId: null,
      zone: null,
      options: {
        sectionIds: sections.map((section) => section.id),
        zones: zones.map((zone) => zone.name),
        coder: args.coder ?? null,
        until: 'idle',
      },
    });
    const summary = await summarize(project);
    const clear = summary.waiting.length === 0 && summary.entriesWaiting.length === 0;
    return {
      data: summaryDocument(summary),
      text: summaryText(summary, context, context.host.now() - started),
      exitCode: interrupts > 0 ? EXIT.interrupted : clear ? EXIT.done : EXIT.waiting,
    };
  },
);
