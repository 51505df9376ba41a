// What can be made anew and is kept only because that takes long. Whatever is wrong with such a file, it is made again.

import { readFileIfThere, writeFileAtomically } from './files.ts';

/** @returns what `fits` accepts; undefined where there is nothing, or something that is damaged or of another version */
export async function readKept<Kept>(
  file: string,
  fits: (data: unknown) => data is Kept,
): Promise<Kept | undefined> {
  try {
    const data: unknown = JSON.parse((await readFileIfThere(file)) ?? 'null');
    return fits(data) ? data : undefined;
  } catch {
    return undefined;
  }
}

/** A full disk, or a folder without leave to write, costs time and nothing else. */
export async function keep(file: string, data: unknown): Promise<void> {
  await writeFileAtomically(file, JSON.stringify(data)).catch(() => {});
}
