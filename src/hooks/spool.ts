import { readFileIfThere } from '../disk/files.ts';
import { type Sha, toSha } from '../task/ids.ts';

/** The commits that the hook has told of, each once, in their order. A line that is no object name is not ours. */
export async function readSpool(file: string): Promise<Sha[]> {
  const text = (await readFileIfThere(file)) ?? '';
  const names = text.split('\n').filter((line) => /^[0-9a-f]{40}([0-9a-f]{24})?$/.test(line));
  return [...new Set(names)].map(toSha);
}
