// What an agent said, from the file that it wrote: it is read in pieces, since nobody bounds it but the log limit.

import { readPieces } from '../../disk/files.ts';
import type { Agent, Said } from './agent.ts';
import { openTranscript } from './transcript.ts';

/** Where an agent's events are kept, beside its log. */
export const transcriptOf = (log: string) => log.replace(/(\.log)?$/, '.jsonl');

/** @returns all that it said, in order; nothing where there is no file */
export async function readSaid(agent: Pick<Agent, 'read'>, file: string): Promise<Said[]> {
  const transcript = openTranscript();
  const said: Said[] = [];
  const take = (events: readonly unknown[]) => {
    for (const event of events) said.push(...agent.read(event));
  };
  await readPieces(file, (piece) => take(transcript.feed(piece)));
  take(transcript.end());
  return said;
}

/**
 * What it said in a run: on standard error, where some tell why they cannot start or that they try again, then in its events,
 * whose good result overcomes what came before.
 * @param log where its standard error went
 */
export async function readRun(agent: Agent, transcript: string, log: string): Promise<Said[]> {
  return [...(await readSaid(agent, log)), ...(await readSaid(agent, transcript))];
}
