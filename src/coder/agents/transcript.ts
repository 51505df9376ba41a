// The output of an agent, read as it grows: one JSON document a line, and whatever else it prints.

import { StringDecoder } from 'node:string_decoder';

export interface Transcript {
  /**
   * @param chunk the next bytes, cut anywhere
   * @returns the events that are whole by now: parsed JSON, or the line itself where it is none
   */
  feed(chunk: Uint8Array): readonly unknown[];
  /** @returns the last line, where no line feed ended it and it is whole nevertheless */
  end(): readonly unknown[];
  /** Bytes of all lines that were ended: who reads a file anew goes on from there. */
  readonly offset: number;
  /** Lines that were too long to keep. */
  readonly skipped: number;
}

/** Bytes of one line that are kept. Longer ones are tools' outputs and pictures, which nobody here needs. */
export const MAX_LINE = 4_000_000;

const LINE_FEED = 0x0a;

/** @param offset where in the file the first chunk begins, in bytes */
export function openTranscript(offset = 0): Transcript {
  let decoder = new StringDecoder('utf8');
  let parts: string[] = [];
  let kept = 0;
  let fed = offset;
  let ended = offset;
  let skipped = 0;

  const keep = (bytes: Uint8Array) => {
    kept += bytes.length;
    if (kept > MAX_LINE) parts = [];
    else parts.push(decoder.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)));
  };
  const take = (): string | undefined => {
    const line = kept > MAX_LINE ? undefined : parts.join('') + decoder.end();
    if (line === undefined) skipped++;
    decoder = new StringDecoder('utf8');
    parts = [];
    kept = 0;
    return line;
  };

  return {
    feed(chunk) {
      const events: unknown[] = [];
      let from = 0;
      for (;;) {
        const to = chunk.indexOf(LINE_FEED, from);
        if (to < 0) break;
        keep(chunk.subarray(from, to));
        ended = fed + to + 1;
        from = to + 1;
        events.push(...parseLine(take()));
      }
      if (from < chunk.length) keep(chunk.subarray(from));
      fed += chunk.length;
      return events;
    },
    end() {
      const line = take();
      const [event] = parseLine(line);
      const cutOff = typeof event === 'string' && /^\s*[{[]/.test(event);
      return event === undefined || cutOff ? [] : [event];
    },
    get offset() {
      return ended;
    },
    get skipped() {
      return skipped;
    },
  };
}

function parseLine(line: string | undefined): readonly unknown[] {
  if (line === undefined || line.trim() === '') return [];
  try {
    return [JSON.parse(line)];
  } catch {
    return [line]; // no JSON: a warning, a stack, or a line into which another process wrote
  }
}
