import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { readFileIfThere } from '../disk/files.ts';
import { type Sha, toSha } from '../task/ids.ts';

/** The commits that the hook has told of, each once, in their order. A line that is no object name is not ours. */
export async function readSpool(file: string): Promise<Sha[]> {
  // What a coder has put in its place tells of none.
  const text = (await readFileIfThere(file).catch(() => undefined)) ?? '';
  const names = text.split('\n').filter((line) => /^[0-9a-f]{40}([0-9a-f]{24})?$/.test(line));
  return [...new Set(names)].map(toSha);
}

/** The tasks whose coders' spools name the commit. */
export async function tasksThatMade(folder: string, commit: Sha): Promise<string[]> {
  const files = await readdir(folder).catch(() => []);
  const tasks = new Set<string>();
  for (const file of files) {
    if ((await readSpool(path.join(folder, file))).includes(commit)) tasks.add(file.replace(/-\d+$/, ''));
  }
  return [...tasks];
}
