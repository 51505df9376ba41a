// A checkout whose files had begun to move when whoever moved them was killed.

import { lstat } from 'node:fs/promises';
import path from 'node:path';
import { readBytes, removeOwn } from '../disk/files.ts';
import type { Sha } from '../task/ids.ts';
import type { Git } from './client.ts';
import { placeOf, splitNames } from './names.ts';

/** An index that is made to ask one question, beside the one of the checkout. */
export const PROBE = 'steroids-index-probe';

/** Tells an index of the files that are, byte for byte, as `next` has them: they moved before a crash. */
export async function adoptMoved(here: Git, index: string, base: Sha, next: Sha): Promise<void> {
  const using = { with: { GIT_INDEX_FILE: index }, binary: true };
  const staged = new Set(
    splitNames(await here.read(['diff-index', '--cached', '--name-only', '-z', base, '--'], using)),
  );
  const changes = ['diff-tree', '-r', '-z', '--no-renames', base, next];
  const fields = splitNames(await here.read(changes, { binary: true }));
  const changed = fields.flatMap((about, at) => {
    const [, mode = '', , hash = ''] = about.split(' ');
    const file = fields[at + 1] ?? '';
    return at % 2 > 0 || mode === '160000' || staged.has(file) ? [] : [{ mode, hash, file }];
  });
  const kept = changed.filter(({ mode }) => mode !== '000000');
  const differing = await differingFrom(here, path.join(path.dirname(index), PROBE), kept.map(toIndexLine));
  await removeBegun(
    here,
    kept.filter(({ file }) => differing.has(file)),
  );
  const gone = await Promise.all(
    changed.map(async ({ mode, file }) => mode === '000000' && !(await isInTheWay(placeOf(here.dir, file)))),
  );
  const moved = changed.filter(({ mode, file }, at) => (mode === '000000' ? gone[at] : !differing.has(file)));
  if (moved.length === 0) return;
  await here.read(['update-index', '-z', '--index-info'], {
    ...using,
    input: moved.map(toIndexLine).join(''),
  });
  await here.run(['update-index', '-q', '--refresh'], using);
}

/**
 * Takes away what a git that was killed had begun to write, so that it is written whole: as far as it goes it is what is to
 * stand there, and nothing is lost with it.
 */
async function removeBegun(
  here: Git,
  files: readonly { readonly mode: string; readonly hash: string; readonly file: string }[],
): Promise<void> {
  for (const { mode, hash, file } of files) {
    const place = placeOf(here.dir, file);
    const stats = await lstat(place).catch(() => undefined);
    if (!mode.startsWith('100') || !stats?.isFile()) continue;
    const whole = Buffer.from(await here.read(['cat-file', 'blob', hash], { binary: true }), 'latin1');
    if (stats.size < whole.length && whole.subarray(0, stats.size).equals(await readBytes(place)))
      await removeOwn(place);
  }
}

/** Which files of an index that is made for this question do not stand in the worktree as it has them. */
async function differingFrom(here: Git, probe: string, lines: readonly string[]): Promise<Set<string>> {
  const using = { with: { GIT_INDEX_FILE: probe }, binary: true };
  try {
    await here.read(['read-tree', '--empty'], using);
    await here.read(['update-index', '-z', '--index-info'], { ...using, input: lines.join('') });
    await here.run(['update-index', '-q', '--refresh'], using);
    return new Set(splitNames(await here.read(['diff-files', '--name-only', '-z'], using)));
  } finally {
    await removeOwn(probe);
  }
}

const toIndexLine = (entry: { readonly mode: string; readonly hash: string; readonly file: string }) =>
  `${entry.mode === '000000' ? '0' : entry.mode} ${entry.hash}\t${entry.file}\0`;

/** Something is there, or one of its folders is a file. */
export async function isInTheWay(file: Buffer): Promise<boolean> {
  return await lstat(file).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== 'ENOENT',
  );
}
