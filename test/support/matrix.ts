// Branches of a real repository, compared as the product does it.

import { type Matrix, type MatrixMemory, readMatrix } from '../../src/analysis/matrix.ts';
import { recall, remember } from '../../src/analysis/remembered.ts';
import { attributesOf } from '../../src/git/own.ts';
import { openQuarantine } from '../../src/git/quarantine.ts';
import type { FileContents, TestRepository } from './repository.ts';

/** Makes a branch with one commit on top of main, or of another commit. */
export function branchWith(
  repository: TestRepository,
  name: string,
  files: Readonly<Record<string, FileContents>>,
  at = 'main',
): void {
  repository.switchTo(name, at);
  repository.commit(files);
  repository.git('switch', '--quiet', 'main');
}

/** @param memory file of what is remembered; none unless it is given */
export async function compare(
  repository: TestRepository,
  names: readonly string[],
  memory?: string,
): Promise<Matrix> {
  const own = await repository.own();
  const quarantine = await openQuarantine(own, await repository.find());
  const main = repository.sha('main');
  const known: MatrixMemory = await recall(memory ?? '/nowhere', 'test');
  try {
    const attributes = await attributesOf(own, main);
    const place = { git: quarantine.git, attributes, processes: 2 };
    const branches = names.map((id) => ({ id, head: repository.sha(id) }));
    return await readMatrix(place, known, main, branches);
  } finally {
    quarantine.close();
    if (memory !== undefined) await remember(memory, 'test', known);
  }
}

/** `a b: file (kind)` of each conflict. */
export function linesOf({ clashes }: Matrix): string[] {
  return clashes.map(
    ({ one, other, files }) =>
      `${one} ${other ?? 'main'}: ${files.map(({ file, kind }) => `${file} (${kind})`).join(', ')}`,
  );
}
