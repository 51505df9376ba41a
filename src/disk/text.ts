// Files of somebody else's repository, read by the ten thousand: into one buffer, without a look at them first, which takes
// a third less time than reading each by itself. What is no plain file (a link, a pipe) is never followed or waited for.

import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { isMissing } from './files.ts';

/** Larger files are not written by hand. */
const LIMIT_BYTES = 4 * 1024 * 1024;

const HOW = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Grows with the largest file that was read. */
let buffer = Buffer.allocUnsafe(64 * 1024);

export type TextFile =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'missing' | 'link' | 'large' }
  /** By the system, with its code: `EACCES` … */
  | { readonly kind: 'refused'; readonly code: string; readonly at: string };

/** Reads a file as UTF-8. Blocks: it takes 20 µs, and another thread would take several times that. */
export function readTextFile(file: string): TextFile {
  let handle: number;
  try {
    handle = openSync(file, HOW);
  } catch (error) {
    return failed(error, file);
  }
  try {
    return readOpen(handle);
  } catch (error) {
    return failed(error, file);
  } finally {
    closeSync(handle);
  }
}

function readOpen(handle: number): TextFile {
  let length = readSync(handle, buffer, 0, buffer.length, 0);
  if (length === buffer.length) {
    const { size } = fstatSync(handle);
    if (size > LIMIT_BYTES) return { kind: 'large' };
    buffer = Buffer.allocUnsafe(size + 1);
    length = readSync(handle, buffer, 0, buffer.length, 0);
  }
  return { kind: 'text', text: buffer.toString('utf8', 0, length) };
}

function failed(error: unknown, file: string): TextFile {
  if (isMissing(error, 'ENOENT', 'ENOTDIR')) return { kind: 'missing' };
  // Also a folder, a pipe, a socket.
  if (isMissing(error, 'ELOOP', 'EISDIR', 'EAGAIN', 'ESPIPE', 'ENXIO')) return { kind: 'link' };
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  return { kind: 'refused', code, at: firstSeen(file) };
}

/** The file itself, or the folder that does not let it be seen. */
function firstSeen(place: string): string {
  try {
    lstatSync(place);
    return place;
  } catch {
    const above = path.dirname(place);
    return above === place ? place : firstSeen(above);
  }
}

/** Where a link leads in the end; `circle` when it leads to itself, undefined when to nothing. */
export function endOfLink(link: string): string | 'circle' | undefined {
  try {
    return realpathSync(link);
  } catch (error) {
    return isMissing(error, 'ELOOP') ? 'circle' : undefined;
  }
}
