// Which commands of ours are changing a repository just now, noted beside the store. A git that is killed leaves lock files
// that nobody takes away, and every later command fails on them; the notes say which of them were ours.

import path from 'node:path';
import { readNotes, removeNote, writeNote } from '../disk/notes.ts';
import { identify, type ProcessIdentity } from '../process/identity.ts';
import { FINDS_MARKED } from '../process/marked.ts';
import type { GitCall } from './client.ts';

/** Folder of the notes. */
export const journalOf = (commonDir: string) => path.join(commonDir, 'steroids', 'running');

export interface Note {
  readonly owner: ProcessIdentity;
  /** The git process, where the mark in its environment does not tell it. */
  readonly child: ProcessIdentity | null;
  /** Epoch milliseconds. */
  readonly since: number;
  /** Where git runs. */
  readonly dir: string;
  /** The refs that it was told to change. */
  readonly refs: readonly string[];
  /** The worktree that it adds. */
  readonly making: string | null;
  /** An index of our own that it works on; its lock is nobody else's. */
  readonly index: string | null;
}

export interface Noted {
  started(pid: number): void;
  ended(): void;
}

let self: ProcessIdentity | undefined;

/** Notes that git is about to change something. */
export function note(journal: string, dir: string, args: readonly string[], call: GitCall): Noted {
  const { input = '', making = null } = call; // `update-ref --stdin` reads the refs
  self ??= identify(process.pid);
  const name = crypto.randomUUID();
  const refs = [...args, ...input.split(/\s/)].filter((word) => /^refs\//.test(word));
  const index = call.with?.GIT_INDEX_FILE ?? null;
  const about: Note = { owner: self, child: null, since: Date.now(), dir, refs, making, index };
  const write = (said: Note) => {
    try {
      writeNote(journal, name, JSON.stringify(said));
    } catch {
      // On a full disk: without the note a lock may stay after a kill, and that is all.
    }
  };
  write(about);
  return {
    started(pid) {
      if (!FINDS_MARKED) write({ ...about, child: identify(pid) });
    },
    ended: () => removeNote(journal, name),
  };
}

/** What is noted, by the names of the notes. One that is cut off is just being written, or its writer just killed. */
export function listNotes(journal: string): ReadonlyMap<string, Note> {
  const notes = readNotes(journal).flatMap(({ name, text }) => {
    try {
      return [[name, JSON.parse(text) as Note] as const];
    } catch {
      return [];
    }
  });
  return new Map(notes);
}

export function forget(journal: string, name: string): void {
  removeNote(journal, name);
}
