// What all worktrees share and git obeys: settings, hooks, attributes. A coder can write there. It is copied before coders
// begin, and what differs when one of them has ended is put back.

import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import path from 'node:path';
import { appendLine, linkTo, makeFolder, moveFile, writeFileAtomically } from '../disk/files.ts';
import type { Git } from '../git/client.ts';
import { readSettings, riskyChanges, type Settings, writeSetting } from '../git/settings.ts';

export type SharedFile =
  | { readonly kind: 'file'; readonly mode: number; readonly base64: string }
  | { readonly kind: 'link'; readonly to: string }
  | { readonly kind: 'folder' };

/** By path in the common directory. */
export type Shared = Readonly<Record<string, SharedFile>>;

const ALTERNATES = 'objects/info/alternates';

/** The history of a shallow clone (`shallow`) is not among them: a fetch moves its end, and taking that back could cut it. */
const FILES = ['config', 'config.worktree', 'info/attributes', 'info/exclude', 'info/grafts', ALTERNATES];

/** @param hooksFolder what `core.hooksPath` names; looked at when it lies in the git directory */
export async function readShared(commonDir: string, hooksFolder: string): Promise<Shared> {
  const worktrees = await readdir(path.join(commonDir, 'worktrees')).catch(() => []);
  const names = new Set([...FILES, ...worktrees.map((name) => `worktrees/${name}/config.worktree`)]);
  const inside = path.relative(commonDir, hooksFolder);
  for (const folder of new Set(['hooks', inside])) {
    if (folder === '' || folder.startsWith('..') || path.isAbsolute(folder)) continue;
    for (const name of await filesOf(commonDir, folder)) names.add(name);
  }
  const shared: Record<string, SharedFile> = {};
  for (const name of [...names].sort()) {
    const file = await readOne(path.join(commonDir, name));
    if (file) shared[name] = file;
  }
  return shared;
}

/** Of a folder that is a link, the link. */
async function filesOf(commonDir: string, folder: string): Promise<string[]> {
  const stats = await lstat(path.join(commonDir, folder)).catch(() => undefined);
  if (!stats) return [];
  if (!stats.isDirectory()) return [folder];
  const files = await readdir(path.join(commonDir, folder), { recursive: true, withFileTypes: true });
  return files
    .filter((file) => !file.isDirectory())
    .map((file) => path.relative(commonDir, path.join(file.parentPath, file.name)));
}

async function readOne(file: string): Promise<SharedFile | undefined> {
  const stats = await lstat(file).catch(() => undefined);
  if (!stats) return undefined;
  if (stats.isSymbolicLink()) return { kind: 'link', to: await readlink(file) };
  if (!stats.isFile()) return { kind: 'folder' };
  return { kind: 'file', mode: stats.mode & 0o777, base64: await readFile(file, 'base64') };
}

export type Change =
  | {
      readonly kind: 'setting';
      readonly file: string;
      readonly key: string;
      readonly before: readonly string[];
      readonly now: readonly string[];
    }
  | { readonly kind: 'file'; readonly file: string; readonly before: SharedFile | undefined };

/** What differs and is to be put back. */
export async function findChanges(own: Git, copy: Shared, now: Shared): Promise<Change[]> {
  const changes: Change[] = [];
  for (const file of [...new Set([...Object.keys(copy), ...Object.keys(now)])].sort()) {
    const [before, after] = [copy[file], now[file]];
    if (JSON.stringify(before) === JSON.stringify(after)) continue;
    if (file === ALTERNATES) {
      if (!linesOf(before).every((line) => linesOf(after).includes(line)))
        changes.push({ kind: 'file', file, before: both(before, after) });
      continue;
    }
    const settings = isSettings(file) ? await settingChanges(own, file, before, after) : undefined;
    changes.push(...(settings ?? [{ kind: 'file' as const, file, before }]));
  }
  return changes;
}

/** Objects may have come to stand in another store meanwhile: where they are is not forgotten. */
function both(before: SharedFile | undefined, after: SharedFile | undefined): SharedFile {
  const lines = new Set([...linesOf(before), ...linesOf(after)]);
  const text = [...lines].map((line) => `${line}\n`).join('');
  return { kind: 'file', mode: 0o644, base64: Buffer.from(text).toString('base64') };
}

const isSettings = (file: string) => /(^|\/)config(\.worktree)?$/.test(file) && !file.startsWith('hooks/');

/** @returns undefined when the file as a whole has to be put back */
async function settingChanges(
  own: Git,
  file: string,
  before: SharedFile | undefined,
  after: SharedFile | undefined,
): Promise<Change[] | undefined> {
  if (file === 'config' && after === undefined) return undefined;
  const was = await settingsOf(own, before);
  const is = await settingsOf(own, after);
  if (!was || !is) return undefined;
  return riskyChanges(was, is).map((key) => ({
    kind: 'setting',
    file,
    key,
    before: was.get(key) ?? [],
    now: is.get(key) ?? [],
  }));
}

async function settingsOf(own: Git, file: SharedFile | undefined): Promise<Settings | undefined> {
  if (file === undefined) return new Map();
  return file.kind === 'file' ? await readSettings(own, textOf(file)) : undefined;
}

const textOf = (file: SharedFile | undefined) =>
  file?.kind === 'file' ? Buffer.from(file.base64, 'base64').toString() : '';
const linesOf = (file: SharedFile | undefined) => textOf(file).split('\n').filter(Boolean);

/** What installers of tools do by themselves: put back as well, and nobody's fault. */
export function isHarmless(change: Change): boolean {
  if (change.kind === 'file') return change.file === 'info/exclude';
  return change.key === 'core.hookspath' && change.now.every((value) => /^\.husky(\/_)?$/.test(value));
}

/** `core.fsmonitor`, `hooks/post-checkout` */
export function nameOf(change: Change): string {
  if (change.kind === 'file') return change.file;
  return change.file === 'config' ? change.key : `${change.key} in ${change.file}`;
}

/**
 * Makes it as it was.
 * @param kept a folder for what was found, for a person to look at
 */
export async function putBack(own: Git, commonDir: string, change: Change, kept: string): Promise<void> {
  const place = path.join(commonDir, change.file);
  if (change.kind === 'setting') {
    const { key, before, now } = change;
    appendLine(path.join(kept, 'settings.jsonl'), JSON.stringify({ file: place, key, before, now }));
    return await writeSetting(own, place, key, before);
  }
  if (await readOne(place)) {
    const aside = path.join(kept, change.file);
    await makeFolder(path.dirname(aside));
    await moveFile(place, aside);
  }
  const { before } = change;
  if (before?.kind === 'link') return await linkTo(before.to, place);
  if (before?.kind === 'file')
    await writeFileAtomically(place, Buffer.from(before.base64, 'base64'), before.mode);
}
