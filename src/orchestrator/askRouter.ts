// A model's choice of where a task belongs, on top of what words and history say. Nothing is lost without it.

import { choose, type Ground, type Route } from '../structure/route.ts';
import {
  type ReadChoice,
  ROUTER,
  ROUTING_SCHEMA,
  readChoice,
  routingQuestion,
} from '../structure/routeModel.ts';
import type { ReadText } from '../structure/routeText.ts';
import type { AskAnalyst } from './analyst.ts';

export interface Router {
  readonly name: string;
  readonly ask: AskAnalyst;
}

export interface Routed extends Route {
  /** The model that had a say. */
  readonly by: string | null;
}

/** Once more when its answer cannot be read: somebody waits. */
const TIMES = 2;

/** @param guessed what holds where it does not answer */
export async function askRouter(
  { name, ask }: Router,
  text: ReadText,
  guessed: Route,
  ground: Ground,
): Promise<Routed> {
  const told = (sentences: readonly string[]) => [...guessed.warnings, ...sentences];
  const read = await askRepeatedly(ask, routingQuestion(text, guessed, ground), (said) =>
    readChoice(said, name, ground),
  );
  if (read.kind === 'unreadable')
    return {
      ...guessed,
      by: null,
      warnings: told([`${name} had no say, and this is what words and history suggest: ${read.reason}`]),
    };
  return { ...choose(guessed, read.choice, ground), by: name, warnings: told(read.refused) };
}

async function askRepeatedly(
  ask: AskAnalyst,
  text: string,
  read: (said: string) => ReadChoice,
): Promise<ReadChoice> {
  let wrong = '';
  for (let time = 1; time <= TIMES; time++) {
    const again = wrong === '' ? '' : `\n\nAn earlier answer could not be read: ${wrong}. Answer in JSON.`;
    const answered = await ask({ system: ROUTER, text: text + again, schema: ROUTING_SCHEMA });
    if (answered.kind === 'failed') return { kind: 'unreadable', reason: answered.reason };
    const found = read(answered.text);
    if (found.kind === 'choice') return found;
    wrong = found.reason;
  }
  return { kind: 'unreadable', reason: `its answer could not be read, asked ${TIMES} times: ${wrong}` };
}
