// What a trial of a coder or reviewer answers.

import type { Tried } from '../orchestrator/tryCoder.ts';
import type { Answer } from './command.ts';
import { EXIT } from './exit.ts';
import { duration } from './words.ts';

export function trialAnswer(name: string, tried: Tried): Answer {
  const said = tried.log === '' ? '' : `\n\nThe end of what it printed:\n${tried.log}`;
  return {
    data: { name, ...tried, ms: Math.round(tried.ms) },
    text: `${tried.ok ? '✓' : '✗'} ${name}: ${tried.sentence} (${duration(tried.ms)})${said}`,
    exitCode: tried.ok ? EXIT.done : EXIT.environment,
  };
}
