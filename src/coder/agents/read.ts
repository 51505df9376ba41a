// What an agent said, from the file that it wrote: it is read in pieces, since nobody bounds it but the log limit.

import { readPieces } from '../../disk/files.ts';
import type { Agent, Said } from './agent.ts';
import { openTranscript } from './transcript.ts';

/** Where an agent's events are kept, beside its log. */
export const transcriptOf = (log: string) => log.replace(/(\.log)?$/, '.jsonl');

/** @returns all that it said, in order; nothing where there is no file */
export async function readSaid(agent: Agent, file: string): Promise<Said[]> {
  const transcript = openTranscript();
  const said: Said[] = [];
  const take = (events: readonly unknown[]) => {
    for (const event of events) said.push(...agent.read(event));
  };
  await readPieces(file, (piece) => take(transcript.feed(piece)));
  take(transcript.end());
  return said;
}
