// Names of files as git has them: bytes, which need not be UTF-8. Asked for with `binary` they are kept one char a byte.

import path from 'node:path';
import type { Git } from './client.ts';

/** What `-z` separates. */
export const splitNames = (text: string) => text.split('\0').filter(Boolean);

/** Where a file is whose name was asked for with `binary`. */
export function placeOf(folder: string, name: string): Buffer {
  return Buffer.concat([Buffer.from(folder + path.sep), Buffer.from(name, 'latin1')]);
}

/** The name for people. */
export const readable = (name: string) => Buffer.from(name, 'latin1').toString('utf8');

/** Stands in a decoded name for each byte that is no UTF-8. */
const LOST = '\uFFFD';

/**
 * Where files are whose names were decoded. A name that lost bytes is looked up among those that git lists.
 * @param list arguments of `ls-files` that list them
 */
export async function placesOf(
  git: Git,
  files: readonly string[],
  list: readonly string[],
): Promise<(string | Buffer)[]> {
  const exact = files.filter((file) => !file.includes(LOST)).map((file) => path.join(git.dir, file));
  if (exact.length === files.length) return exact;
  const listed = splitNames(await git.read(['ls-files', '-z', ...list], { binary: true }));
  const found = new Set(
    listed.filter((name) => readable(name).includes(LOST) && files.includes(readable(name))),
  );
  return [...exact, ...[...found].map((name) => placeOf(git.dir, name))];
}
