// The only writer of files.

import {
  appendFileSync,
  closeSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
} from 'node:fs';
import {
  access,
  constants,
  link,
  mkdir,
  open,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  rmdir,
  stat,
  statfs,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { changing, changingNow } from '../failpoint/changing.ts';
import { Problem } from '../task/problem.ts';

/** Writes a file whole or not at all. */
export function writeFileAtomically(
  file: string,
  contents: string | Uint8Array,
  mode = 0o644,
): Promise<void> {
  return changing('disk write', () => replaceFile(file, contents, mode));
}

/** The same, unless the file says just that already: nothing is flushed for it then. */
export async function keepFile(file: string, text: string, mode = 0o644): Promise<void> {
  if ((await readFileIfThere(file)) !== text) await writeFileAtomically(file, text, mode);
}

async function replaceFile(file: string, contents: string | Uint8Array, mode: number): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const temporary = unfinishedOf(file);
  const handle = await open(temporary, 'wx', mode);
  try {
    await handle.writeFile(contents);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
}

/** Creates a file that must not exist. @returns false when it does */
export function createFile(file: string, contents: string | Uint8Array): Promise<boolean> {
  return changing('disk create', () => createNew(file, contents));
}

/** Written beside it first: who is killed between making a file and writing it would leave one that says nothing. */
async function createNew(file: string, contents: string | Uint8Array): Promise<boolean> {
  const unfinished = unfinishedOf(file);
  try {
    await writeFile(unfinished, contents, { flag: 'wx' });
    await link(unfinished, file);
    return true;
  } catch (error) {
    if (isMissing(error, 'EEXIST')) return false;
    // A disk without hard links (exFAT).
    if (isMissing(error, 'EPERM', 'ENOTSUP', 'ENOSYS')) return await createAndWrite(file, contents);
    throw error;
  } finally {
    await rm(unfinished, { force: true });
  }
}

async function createAndWrite(file: string, contents: string | Uint8Array): Promise<boolean> {
  return await writeFile(file, contents, { flag: 'wx' }).then(
    () => true,
    (error: unknown) => {
      if (isMissing(error, 'EEXIST')) return false;
      throw error;
    },
  );
}

const unfinishedOf = (file: string) => `${file}.${crypto.randomUUID()}.new`;

/** What a process that was killed in `createFile` had begun. @returns whole paths */
export async function unfinishedFiles(file: string): Promise<string[]> {
  const begins = `${path.basename(file)}.`;
  const names = await namesIn(path.dirname(file));
  return names
    .filter((name) => name.startsWith(begins) && name.endsWith('.new'))
    .map((name) => path.join(path.dirname(file), name));
}

/** Copies a file with the time of its last change, which is never made later; an empty one when there is none. */
export async function copyWithTime(from: string, to: string): Promise<void> {
  const stats = await stat(from).catch(() => undefined);
  if (!stats) return void (await createFile(to, ''));
  await createFile(to, await readFile(from));
  // Whole milliseconds: a number of seconds holds no nanoseconds.
  const seconds = Math.floor(stats.mtimeMs) / 1000;
  await utimes(to, seconds, seconds);
}

// Looking and reading a small file take the system a few microseconds, and handing them to another thread and waiting for
// it takes many times that: these two block.

/** Opening a pipe that nobody writes into would wait for who does. */
const READ = constants.O_RDONLY | constants.O_NONBLOCK;

/** Undefined when there is no such file. @throws Problem `unreadable` */
export async function readFileIfThere(file: string): Promise<string | undefined> {
  let opened: number | undefined;
  try {
    opened = openSync(file, READ);
    const stats = fstatSync(opened);
    if (!stats.isFile() && !stats.isDirectory()) throw noFile(file);
    return readFileSync(opened, 'utf8');
  } catch (error) {
    if (isMissing(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw isMissing(error, 'ENXIO') ? noFile(file) : unreadable(file, error);
  } finally {
    if (opened !== undefined) closeSync(opened);
  }
}

const noFile = (file: string) =>
  new Problem('environment', 'unreadable', `${file} cannot be read: it is no file`, 'Take it away.');

/** What a person has to mend. */
function unreadable(file: string, error: unknown): unknown {
  const problem = (why: string, hint: string) =>
    new Problem('environment', 'unreadable', `${file} cannot be read: ${why}`, hint);
  if (isMissing(error, 'EISDIR')) return problem('it is a folder', 'Put a file there, or take it away.');
  if (isMissing(error, 'ELOOP')) return problem('it is a link that leads in a circle', 'Take the link away.');
  if (isClosed(error)) return problem('you may not', 'Give yourself permission to read it.');
  return error;
}

/** The bytes of a file. */
export async function readBytes(file: string | Buffer): Promise<Uint8Array> {
  return await readFile(file);
}

export async function exists(file: string): Promise<boolean> {
  return (await kindOf(file)) !== undefined;
}

export async function kindOf(file: string): Promise<'file' | 'folder' | undefined> {
  try {
    return statSync(file).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    if (isMissing(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}

/** Whether a symbolic link stands there, whatever is at its end. */
export async function isLink(file: string): Promise<boolean> {
  return lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}

/** Names of what is in a folder; none when there is no such folder. */
export async function namesIn(folder: string, options: { readonly deep?: boolean } = {}): Promise<string[]> {
  try {
    return (await readdir(folder, { recursive: options.deep ?? false })).sort();
  } catch (error) {
    if (isMissing(error, 'ENOENT', 'ENOTDIR')) return [];
    throw error;
  }
}

/** When a file was last changed, in epoch milliseconds; undefined when there is none. */
export async function changedAt(file: string): Promise<number | undefined> {
  return (await stat(file).catch(() => undefined))?.mtimeMs;
}

/** Bytes that are free where the nearest folder that exists stands. */
export async function freeSpace(folder: string): Promise<number> {
  let nearest = folder;
  while (!(await exists(nearest))) nearest = path.dirname(nearest);
  const { bavail, bsize } = await statfs(nearest);
  return bavail * bsize;
}

export async function makeFolder(folder: string): Promise<void> {
  await changing('disk mkdir', () => mkdir(folder, { recursive: true }));
}

/** Whether a folder could be made or filled: the nearest parent that exists must be a writable folder. */
export async function isWritable(folder: string): Promise<boolean> {
  let nearest = folder;
  while (!(await exists(nearest))) nearest = path.dirname(nearest);
  if ((await kindOf(nearest)) !== 'folder') return false;
  return access(nearest, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** Only for what is ours alone: temporary folders, logs, dependencies that can be installed again. */
export async function removeOwn(target: string | Buffer): Promise<void> {
  await changing('disk remove', () => rm(target, { recursive: true, force: true, maxRetries: 3 }));
}

/** Takes a folder away when nothing is in it. */
export async function removeEmptyFolder(folder: string): Promise<void> {
  await changing('disk rmdir', () => rmdir(folder)).catch((error: unknown) => {
    if (!isMissing(error, 'ENOENT', 'ENOTEMPTY', 'EEXIST', 'ENOTDIR')) throw error;
  });
}

/** Makes a symbolic link, whether there is something at its end or not. */
export async function linkTo(target: string, place: string): Promise<void> {
  if ((await readlink(place).catch(() => undefined)) === target) return;
  const temporary = `${place}.${crypto.randomUUID()}.new`;
  await changing('disk link', async () => {
    await symlink(target, temporary);
    await rename(temporary, place);
  });
}

export async function moveFile(from: string, to: string): Promise<void> {
  await changing('disk move', () => rename(from, to));
}

/** Adds a line to a file of ours, at once. */
export function appendLine(file: string, line: string): void {
  changingNow('disk append', () => {
    mkdirSync(path.dirname(file), { recursive: true });
    appendFileSync(file, `${line}\n`);
  });
}

/** Reads a file a piece at a time; there are none where it is missing. */
export async function readPieces(file: string, onPiece: (piece: Uint8Array) => void): Promise<void> {
  const handle = await open(file, READ).catch(() => undefined);
  if (!handle) return;
  try {
    for await (const piece of handle.createReadStream({ autoClose: false })) onPiece(piece);
  } finally {
    await handle.close();
  }
}

/** Bytes of a file that grows which are read at once. */
const PIECE = 4_000_000;

/** What stands in a file from there on, at most a few megabytes of it; nothing where it is missing. */
export async function readFrom(file: string, offset: number): Promise<Uint8Array> {
  const handle = await open(file, READ).catch(() => undefined);
  if (!handle) return new Uint8Array();
  try {
    const { size } = await handle.stat();
    const buffer = Buffer.alloc(Math.max(0, Math.min(size - offset, PIECE)));
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, offset);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** Bytes of a file; 0 where it is missing. */
export async function sizeNow(file: string): Promise<number> {
  return (await stat(file).catch(() => undefined))?.size ?? 0;
}

/** The end of a text file, at most `bytes` of it, from the start of a line. */
export async function readEnd(file: string, bytes: number): Promise<string> {
  const handle = await open(file, READ).catch(() => undefined);
  if (!handle) return '';
  try {
    const { size } = await handle.stat();
    const from = Math.max(0, size - bytes);
    const buffer = Buffer.alloc(size - from);
    await handle.read(buffer, 0, buffer.length, from);
    const text = buffer.toString('utf8');
    return from === 0 ? text : text.slice(text.indexOf('\n') + 1);
  } finally {
    await handle.close();
  }
}

/** When a file was last written, in epoch milliseconds; infinitely late when it cannot be told. */
export async function modifiedAt(file: string): Promise<number> {
  return (await stat(file).catch(() => undefined))?.mtimeMs ?? Number.POSITIVE_INFINITY;
}

export function isMissing(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

/** Whether something was thrown because it is closed to us. */
export const isClosed = (error: unknown) => isMissing(error, 'EACCES', 'EPERM');
