// Shows facts while they happen: a live view on a terminal, plain lines on a pipe, and a log for each runner.

import { appendLine } from '../disk/files.ts';
import type { Fact, Report } from '../orchestrator/facts.ts';
import type { Runner } from '../store/runners.ts';
import type { Context } from './command.ts';
import { type Narrated, narrate } from './narration.ts';
import { shorten } from './table.ts';
import { count, duration } from './words.ts';

export interface Reporter {
  readonly report: Report;
  /** A line that belongs to no runner. */
  say(line: string): void;
  /** Takes the live view away; what was said stays. */
  close(): void;
}

/** @param runners whose logs are written */
export async function openReporter(context: Context, runners: readonly Runner[] = []): Promise<Reporter> {
  const logs = new Map(runners.map((runner) => [runner.number, runner.log]));
  const view = context.terminal.interactive ? await liveView(context) : plainLines(context);
  return {
    say: (line) => view.line(line),
    close: () => view.close(),
    report(fact) {
      const narrated = narrate(fact);
      if (narrated) {
        view.line(format(narrated, context));
        const log = 'runner' in fact ? logs.get(fact.runner) : undefined;
        if (log) appendLine(log, `${new Date(context.host.now()).toISOString()} ${narrated.text}`);
      }
      if (fact.kind === 'runner-moved') logs.set(fact.to, logs.get(fact.runner) ?? null);
      view.fact(fact);
    },
  };
}

function format(narrated: Narrated, context: Context): string {
  const style = context.narrationStyle;
  const time = new Date(context.host.now()).toTimeString().slice(0, 8);
  const text = narrated.paint ? style[narrated.paint](narrated.text) : narrated.text;
  return `${style.dim(time)}  ${narrated.who.padEnd(9)}  ${text}`;
}

interface View {
  line(text: string): void;
  fact(fact: Fact): void;
  close(): void;
}

function plainLines(context: Context): View {
  return { line: (text) => context.narrate(text), fact: () => {}, close: () => {} };
}

const FRAME_MS = 200;

interface Doing {
  readonly what: string;
  readonly since: number;
}

/** One line for each runner and one for the queue, below what was said. */
async function liveView(context: Context): Promise<View> {
  const { createLogUpdate } = await import('log-update');
  const live = createLogUpdate(process.stderr);
  const doing = new Map<string, Doing>();
  const { host, narrationStyle: style } = context;
  let closed = false;
  const draw = () => {
    if (closed) return;
    const width = context.terminal.columns;
    const rows = [...doing].sort(([one], [other]) => one.localeCompare(other, 'en', { numeric: true }));
    const lines = rows.map(([who, { what, since }]) =>
      shorten(`${who.padEnd(9)}  ${what}  ${duration(host.now() - since)}`, width - 1),
    );
    live([style.dim('─'.repeat(Math.min(60, width - 1))), ...lines].join('\n'));
  };
  const timer = setInterval(draw, FRAME_MS);
  return {
    line(text) {
      live.clear();
      context.narrate(text);
      draw();
    },
    fact(fact) {
      const [who, what] = whatItDoes(fact) ?? [];
      if (who === undefined) return;
      if (what === undefined) doing.delete(who);
      else doing.set(who, { what, since: host.now() });
      draw();
    },
    close() {
      if (closed) return;
      closed = true;
      clearInterval(timer);
      live.clear();
      live.done();
    },
  };
}

/** Who does what from now on; without a second part, nothing any more. */
function whatItDoes(fact: Fact): [string, string?] | undefined {
  switch (fact.kind) {
    case 'runner-stopped':
    case 'runner-moved':
      return [`runner-${fact.runner}`];
    case 'setting-up':
      return [`runner-${fact.runner}`, `sets up ${fact.task.id} “${fact.task.title}”`];
    case 'coding':
      return [`runner-${fact.runner}`, `codes ${fact.task.id} “${fact.task.title}”`];
    case 'reviewing':
      return [`runner-${fact.runner}`, `reviews ${fact.task.id} “${fact.task.title}”`];
    case 'runner-started':
    case 'submitted':
    case 'approved':
    case 'confirmed':
    case 'rejected':
    case 'disputed':
    case 'unjudged':
    case 'setback':
    case 'interrupted':
    case 'waiting-for-person':
      return [`runner-${fact.runner}`, 'looks for a task'];
    case 'verifying':
      return ['queue', `verifies “${fact.title}”`];
    case 'landed':
    case 'sent-back':
    case 'held':
    case 'paused':
      return ['queue'];
    case 'noticed':
      return undefined;
  }
}

/**
 * A text on standard output that is written anew; undefined where that is no terminal. Of more lines than there is room for
 * the last ones are left out, and counted.
 */
export async function openLiveText(): Promise<{ show(text: string): void; close(): void } | undefined> {
  if (!process.stdout.isTTY) return undefined;
  const { createLogUpdate } = await import('log-update');
  const live = createLogUpdate(process.stdout);
  return {
    show: (text) => live(topOf(text, (process.stdout.rows || Number.POSITIVE_INFINITY) - 1)),
    close: () => live.done(),
  };
}

function topOf(text: string, rows: number): string {
  const lines = text.split('\n');
  if (lines.length <= rows) return text;
  const shown = Math.max(1, rows - 1);
  return [...lines.slice(0, shown), `… and ${count(lines.length - shown, 'more line')}`].join('\n');
}
