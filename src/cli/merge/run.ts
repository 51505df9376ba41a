import type { Fact } from '../../orchestrator/facts.ts';
import { readGate } from '../../orchestrator/gate.ts';
import { queuePause, resumeQueue } from '../../orchestrator/pause.ts';
import { runQueue } from '../../orchestrator/run.ts';
import { openSession } from '../../orchestrator/session.ts';
import { type Entry, listEntries } from '../../store/entries.ts';
import { shortSha } from '../../task/ids.ts';
import { command } from '../command.ts';
import { countInterrupts } from '../conduct.ts';
import { entryDocument } from '../documents.ts';
import { EXIT } from '../exit.ts';
import { recoverFirst } from '../recovering.ts';
import { openReporter } from '../reporter.ts';
import { count } from '../words.ts';

type Landed = Extract<Fact, { kind: 'landed' }>;
type SentBack = Extract<Fact, { kind: 'sent-back' }>;

export default command(
  (yargs) =>
    yargs
      .option('once', {
        type: 'boolean',
        default: true,
        describe: 'End when the queue has nothing left that can move (the default)',
      })
      .option('watch', {
        type: 'boolean',
        default: false,
        describe: 'Go on until Ctrl-C; with --json, one document a line',
      }),
  async (args, context) => {
    const project = await context.project();
    const gate = await readGate(project);
    await resumeQueue(project);
    const reporter = await openReporter(context);
    const landed: Landed[] = [];
    const sentBack: SentBack[] = [];
    let interrupts = () => 0;
    const note = (fact: Fact) => {
      if (fact.kind === 'landed') landed.push(fact);
      if (fact.kind === 'sent-back') sentBack.push(fact);
      if (args.watch && context.json) context.emit(fact, '');
    };
    try {
      await recoverFirst(context, project, note);
      const control = await openSession(project, gate, (fact) => {
        reporter.report(fact);
        note(fact);
      });
      interrupts = countInterrupts(context, control, reporter);
      await runQueue(control.session, gate, args.watch);
    } finally {
      reporter.close();
    }
    const waiting = await listEntries(project.store.db);
    const pause = (await queuePause(project))?.reason ?? null;
    const clear = sentBack.length === 0 && waiting.length === 0;
    return {
      data: args.watch ? undefined : document(landed, sentBack, waiting, pause),
      text: text(landed, sentBack, waiting, pause),
      exitCode: interrupts() > 0 && !args.watch ? EXIT.interrupted : clear ? EXIT.done : EXIT.waiting,
    };
  },
);

function document(
  landed: readonly Landed[],
  sentBack: readonly SentBack[],
  waiting: readonly Entry[],
  paused: string | null,
) {
  return {
    landed: landed.map(({ title, entry, commit, note }) => ({ ...entry, title, commit, note })),
    sentBack: sentBack.map(({ title, entry, reason, status }) => ({ ...entry, title, reason, status })),
    waiting: waiting.map(entryDocument),
    paused,
  };
}

function text(
  landed: readonly Landed[],
  sentBack: readonly SentBack[],
  waiting: readonly Entry[],
  paused: string | null,
): string {
  const lines = [
    landed.length === 0 ? 'Nothing landed.' : `${count(landed.length, 'change')} landed:`,
    ...landed.map((fact) => `  ✓ ${shortSha(fact.commit)}  ${fact.title}`),
    ...sentBack.map((fact) => `  ✗ ${fact.title}: ${fact.reason}`),
    ...waiting.map(
      (entry) => `  … ${entry.title}: ${entry.status}${entry.reason ? ` (${entry.reason})` : ''}`,
    ),
  ];
  if (paused !== null) lines.push(`The queue is paused: ${paused}`);
  return lines.join('\n');
}
