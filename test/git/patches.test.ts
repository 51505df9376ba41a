// Replays onto real commits: when an approval of a branch still holds for what lands.

import { describe, expect, test } from 'vitest';
import { listLog } from '../../src/git/commits.ts';
import { alteredFiles, placed, unmoved } from '../../src/git/patches.ts';
import { replay } from '../../src/git/replay.ts';
import { type FileContents, makeRepository, type TestRepository } from '../support/repository.ts';

type Files = Readonly<Record<string, FileContents>>;

const lines = (...some: readonly (string | number)[]) => `${some.join('\n')}\n`;
const TEN = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
const ten = (changed: Readonly<Record<number, string>>) =>
  lines(...TEN.flatMap((number) => changed[number] ?? number));

/** @param begin what both begin with; the branch's commits, then those of main */
function fork(begin: Files, task: readonly Files[], main: readonly Files[]): TestRepository {
  const repository = makeRepository();
  repository.commit(begin);
  repository.switchTo('task', 'main');
  for (const files of task) repository.commit(files);
  repository.git('switch', '--quiet', 'main');
  for (const files of main) repository.commit(files);
  return repository;
}

/** @param from what was judged was replayed onto this commit; undefined for the branch as it is */
async function altered(repository: TestRepository, from?: string): Promise<string[]> {
  const own = await repository.own();
  const [main, head] = [repository.sha('main'), repository.sha('task')];
  const at = async (onto: string) => {
    const made = await replay(own, repository.sha(onto), head);
    if (made.kind !== 'clean') throw new Error(made.kind);
    return placed(repository.sha(onto), made);
  };
  const commits = await listLog(repository.open(), [`${main}..${head}`]);
  const before =
    from === undefined
      ? unmoved(repository.sha(repository.git('merge-base', 'main', 'task')), head, commits)
      : await at(from);
  return await alteredFiles(own, before, await at('main'));
}

describe('every patch is as it was', () => {
  test.each<readonly [string, Files, readonly Files[], readonly Files[]]>([
    ['main did not move', {}, [{ a: '1' }], []],
    ['main changed another file', {}, [{ a: '1' }, { b: '2' }], [{ c: '3' }]],
    [
      'main changed a line beside it, which changes its patch-id',
      { a: ten({}) },
      [{ a: ten({ 5: 'five' }) }],
      [{ a: ten({ 8: 'eight' }) }],
    ],
    [
      'main has lines above it',
      { a: ten({}) },
      [{ a: ten({ 9: 'nine' }) }],
      [{ a: `new\nlines\n${ten({})}` }],
    ],
    ['main has one of its commits', {}, [{ a: '1' }, { b: '2' }], [{ a: '1' }, { c: '3' }]],
    ['a deletion', { a: '1\n', b: ten({}) }, [{ a: null, b: ten({ 1: 'x' }) }], [{ b: ten({ 9: 'y' }) }]],
    [
      'binary files',
      { a: ten({}) },
      [{ b: Buffer.from([0, 1, 2]), a: ten({ 1: 'x' }) }],
      [{ a: ten({ 9: 'y' }) }],
    ],
  ])('%s', async (_, begin, task, main) => {
    const repository = fork(begin, task, main);
    expect(await altered(repository)).toEqual([]);
    expect(await altered(repository, 'main~0')).toEqual([]);
  });

  test('commits that land as one, and do together what they did', async () => {
    const begin = ten({});
    // The first does not replay by itself, and the second takes back what stands in its way.
    const repository = fork(
      { a: begin },
      [{ a: ten({ 1: 'x', 9: 'nine' }) }, { a: ten({ 9: 'nine' }) }],
      [{ a: ten({ 1: 'main' }) }],
    );
    const made = await replay(await repository.own(), repository.sha('main'), repository.sha('task'));
    expect(made).toMatchObject({ kind: 'clean', squashed: expect.any(String) });
    expect(await altered(repository)).toEqual([]);
  });
});

describe('a patch is another one', () => {
  test.each<readonly [string, Files, readonly Files[], readonly Files[]]>([
    [
      'main made one of its changes',
      { a: ten({}) },
      [{ a: ten({ 2: 'two', 9: 'nine' }) }],
      [{ a: ten({ 2: 'two' }) }],
    ],
    ['main has one of its new files', {}, [{ a: '1', b: '2' }], [{ a: '1' }]],
    ['a mode that main has changed already', { a: 'x' }, [{ a: { run: 'y' } }], [{ a: { run: 'x' } }]],
  ])('%s', async (_, begin, task, main) => {
    expect(await altered(fork(begin, task, main))).toEqual(['a']);
  });

  test('main took back what it had when it was judged', async () => {
    const repository = fork({}, [{ a: '1' }, { b: '2' }], [{ a: '1' }, { a: null }]);
    expect(await altered(repository, 'main~1')).toEqual(['a']);
    expect(await altered(repository, 'main~2')).toEqual([]);
  });
});
