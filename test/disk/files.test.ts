import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { createFile, readFileIfThere, removeEmptyFolder } from '../../src/disk/files.ts';
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

test('a new file is there with all that it says, or not at all', async () => {
  const folder = temporaryFolder();
  const file = path.join(folder, 'lock');
  const files = new URL('../../src/disk/files.ts', import.meta.url).href;
  const script = `const { createFile } = await import('${files}'); await createFile('${file}', 'mine')`;
  // Making a file is allowed there, and its first byte is one too many: as on a full disk, or for who is killed in between.
  const limited = `ulimit -f 0; exec '${process.execPath}' --input-type=module -e "${script}"`;
  const failed = spawnSync('sh', ['-c', limited], { encoding: 'utf8' });
  expect(failed.stderr).toContain('EFBIG');
  expect(readdirSync(folder)).toEqual([]);
  expect(await createFile(file, 'mine')).toBe(true);
  expect(await createFile(file, 'yours')).toBe(false);
  expect(readFileSync(file, 'utf8')).toBe('mine');
  expect(readdirSync(folder)).toEqual(['lock']);
});

test('what stands where a file is to be read, and is none, is said with its place', async () => {
  const folder = temporaryFolder();
  await expect(readFileIfThere(path.join(folder, 'missing'))).resolves.toBeUndefined();
  await expect(readFileIfThere(folder)).rejects.toMatchObject({
    kind: 'environment',
    code: 'unreadable',
    message: `${folder} cannot be read: it is a folder`,
    hint: 'Put a file there, or take it away.',
  });
});

test('a pipe in the place of a file is said at once, and nobody waits for what it says', async () => {
  const folder = temporaryFolder();
  const file = path.join(folder, 'pipe');
  spawnSync('mkfifo', [file]);
  // In a process of its own: one that waits for a pipe cannot even be told to stop.
  const files = new URL('../../src/disk/files.ts', import.meta.url).href;
  const script = `
    const { readFileIfThere, readEnd, readFrom } = await import('${files}');
    const said = await readFileIfThere('${file}').catch((error) => error.message);
    console.log(said, JSON.stringify(await readEnd('${file}', 10)), (await readFrom('${file}', 0)).length);`;
  const options = { encoding: 'utf8', timeout: 20_000, killSignal: 'SIGKILL' } as const;
  const read = spawnSync(process.execPath, ['--input-type=module', '-e', script], options);
  expect(read.stdout, read.stderr).toBe(`${file} cannot be read: it is no file "" 0\n`);
});
