// Trying a coder or a reviewer of the configuration.

import { suggestion } from '../config/near.ts';
import { type Gate, readGate } from '../orchestrator/gate.ts';
import type { Project } from '../orchestrator/project.ts';
import type { Tried } from '../orchestrator/tryCoder.ts';
import { Problem } from '../task/problem.ts';
import { type Answer, command } from './command.ts';
import { EXIT } from './exit.ts';
import { duration } from './words.ts';

interface Trial {
  readonly what: 'coder' | 'reviewer';
  readonly known: (gate: Gate) => object;
  /** The command that shows them. */
  readonly shown: string;
  readonly check: (project: Project, gate: Gate, name: string) => Promise<void>;
  /** What is told while it works. */
  readonly trying: (name: string) => string;
  readonly run: (project: Project, gate: Gate, name: string, signal: AbortSignal) => Promise<Tried>;
}

export const trial = (about: Trial) =>
  command(
    (yargs) =>
      yargs.positional('name', { type: 'string', demandOption: true, describe: 'As in the configuration' }),
    async ({ name }, context) => {
      const project = await context.project();
      const gate = await readGate(project);
      const known = Object.keys(about.known(gate));
      if (!known.includes(name))
        throw new Problem(
          'user',
          `unknown-${about.what}`,
          `there is no ${about.what} "${name}" (known: ${known.join(', ') || 'none'})`,
          suggestion(name, known) ?? about.shown,
        );
      await about.check(project, gate, name);
      const abort = new AbortController();
      context.onInterrupt(() => abort.abort());
      context.narrate(about.trying(name));
      return answerOf(name, await about.run(project, gate, name, abort.signal));
    },
  );

function answerOf(name: string, tried: Tried): Answer {
  const said = tried.log === '' ? '' : `\n\nThe end of what it printed:\n${tried.log}`;
  return {
    data: { name, ...tried, ms: Math.round(tried.ms) },
    text: `${tried.ok ? '✓' : '✗'} ${name}: ${tried.sentence} (${duration(tried.ms)})${said}`,
    exitCode: tried.ok ? EXIT.done : EXIT.environment,
  };
}
