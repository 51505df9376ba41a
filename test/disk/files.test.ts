import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { removeEmptyFolder } from '../../src/disk/files.ts';
import { trash } from '../../src/disk/trash.ts';
import { temporaryFolder } from '../support/folder.ts';

test('what is thrown away is gone, also when others take the trash folder away when it is empty', async () => {
  const folder = temporaryFolder();
  const bin = path.join(folder, 'root', '.trash');
  for (let round = 0; round < 100; round++) {
    const targets = [1, 2, 3, 4].map((number) => path.join(folder, `${round}-${number}`));
    for (const target of targets) mkdirSync(target);
    await Promise.all(
      targets.map(async (target) => {
        await trash(target, bin);
        await removeEmptyFolder(bin);
        await removeEmptyFolder(path.dirname(bin));
      }),
    );
    expect(targets.filter((target) => existsSync(target))).toEqual([]);
  }
});
