// Following files while others write them. The only import of chokidar.

import { open } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';
import { watch } from 'chokidar';

export interface Following {
  /** Also follows this file, from its start. */
  add(file: string): void;
  close(): Promise<void>;
}

/** @param onText told of each piece that was added to a file, in the order in which it was written */
export function followFiles(onText: (file: string, text: string) => void): Following {
  const watcher = watch([], { ignoreInitial: false });
  const places = new Map<string, { at: number; readonly decoder: StringDecoder }>();
  let turn: Promise<void> = Promise.resolve();
  const look = (file: string) => {
    turn = turn.then(() => read(file)).catch(() => undefined); // gone again: nothing to show
  };
  const read = async (file: string) => {
    const place = places.get(file);
    if (!place) return;
    const handle = await open(file, 'r');
    try {
      // Begun anew: a reviewer that is asked again writes its events from the start.
      if ((await handle.stat()).size < place.at) place.at = 0;
      const buffer = Buffer.alloc(64 * 1024);
      for (;;) {
        const { bytesRead } = await handle.read(buffer, 0, buffer.length, place.at);
        if (bytesRead === 0) return;
        place.at += bytesRead;
        onText(file, place.decoder.write(buffer.subarray(0, bytesRead)));
      }
    } finally {
      await handle.close();
    }
  };
  watcher.on('add', look).on('change', look);
  return {
    add(file) {
      if (places.has(file)) return;
      places.set(file, { at: 0, decoder: new StringDecoder('utf8') });
      watcher.add(file);
    },
    async close() {
      await watcher.close();
      await turn;
    },
  };
}
