// Replays that conflict in package.json and in lockfiles alone.

import { describe, expect, test } from 'vitest';
import { alteredFiles, placed, unmoved } from '../../src/git/patches.ts';
import { writeBlob } from '../../src/git/refs.ts';
import { commitRemade, isRemadeOf, readRemade } from '../../src/git/remade.ts';
import { type Replay, replay } from '../../src/git/replay.ts';
import type { Sha } from '../../src/task/ids.ts';
import { type FileContents, makeRepository, type TestRepository } from '../support/repository.ts';

type Files = Readonly<Record<string, FileContents>>;

const manifest = (...names: string[]) =>
  `${JSON.stringify({ name: 'app', dependencies: Object.fromEntries(names.map((name) => [name, '1'])) }, null, 2)}\n`;
/** As a tool would write it: what it says depends on all of them. */
const lock = (...names: string[]) => `lock of\n${names.join(' ')}\n`;

const begin: Files = { 'package.json': manifest('m'), 'package-lock.json': lock('m') };
const onMain: Files = { 'package.json': manifest('a', 'm'), 'package-lock.json': lock('a', 'm') };

/** `task` branches off `begin`, and main goes on. @returns the task's commits */
function diverge(
  repository: TestRepository,
  task: readonly Files[],
  main: Files = onMain,
  base = begin,
): Sha[] {
  repository.commit(base, { message: 'Begin\n' });
  repository.switchTo('task', 'main');
  const commits = task.map((files) => repository.commit(files));
  repository.git('switch', '--quiet', 'main');
  repository.commit(main);
  return commits;
}

const replayed = async (repository: TestRepository, head = 'task'): Promise<Replay> =>
  await replay(await repository.own(), repository.sha('main'), repository.sha(head));

async function clean(repository: TestRepository) {
  const made = await replayed(repository);
  if (made.kind !== 'clean') throw new Error(`expected a clean replay: ${JSON.stringify(made)}`);
  return made;
}

describe('two dependencies added side by side', () => {
  const task: Files = { 'package.json': manifest('m', 'z'), 'package-lock.json': lock('m', 'z') };

  test('are both in the manifest, and main’s lockfile is to be made anew', async () => {
    const repository = makeRepository();
    const [commit] = diverge(repository, [{ ...task, 'src.ts': 'z\n' }]);
    const made = await clean(repository);
    expect(made).toMatchObject({ stale: ['package-lock.json'], squashed: null });
    expect(made.landedAs.get(commit as Sha)).toBe(made.commit);
    expect(repository.show(made.commit, 'package.json')).toBe(manifest('a', 'm', 'z'));
    expect(repository.show(made.commit, 'package-lock.json')).toBe(lock('a', 'm'));
    expect(repository.show(made.commit, 'src.ts')).toBe('z\n');
    // Once more, and in another copy, it is the same commit.
    const again = makeRepository();
    diverge(again, [{ ...task, 'src.ts': 'z\n' }]);
    expect((await clean(again)).commit).toBe(made.commit);
  });

  test('in a folder below, in a workspace, in the lockfiles of other managers', async () => {
    for (const file of ['pnpm-lock.yaml', 'yarn.lock', 'bun.lock', 'apps/api/npm-shrinkwrap.json']) {
      const repository = makeRepository();
      const of = (files: Files) => ({
        'package.json': files['package.json'] ?? '',
        [file]: files['package-lock.json'] ?? '',
      });
      diverge(repository, [of(task)], of(onMain), of(begin));
      expect((await clean(repository)).stale, file).toEqual([file]);
    }
  });

  test('a manifest that git merges by itself is left to it', async () => {
    const repository = makeRepository();
    const spread = (first: string, last: string) =>
      `{\n  "a": "${first}",\n${'  \n'.repeat(9)}  "z": "${last}"\n}\n`;
    const files = (first: string, last: string) => ({
      'package.json': spread(first, last),
      'yarn.lock': lock(first, last),
    });
    diverge(repository, [files('1', '3')], files('2', '1'), files('1', '1'));
    const made = await clean(repository);
    expect(made).toMatchObject({ stale: ['yarn.lock'], byKey: [] });
    expect(repository.show(made.commit, 'package.json')).toBe(spread('2', '3'));
  });

  test('a commit of the lockfile alone is dropped: it is made anew in any case', async () => {
    const repository = makeRepository();
    const [one, two, three] = diverge(repository, [
      { 'package.json': task['package.json'] ?? '' },
      { 'package-lock.json': task['package-lock.json'] ?? '' },
      { 'src.ts': 'z\n' },
    ]);
    const made = await clean(repository);
    expect(made.stale).toEqual(['package-lock.json']);
    expect(made.landedAs.get(two as Sha)).toBe(made.landedAs.get(one as Sha));
    expect(made.landedAs.get(three as Sha)).toBe(made.commit);
    expect(repository.show(made.commit, 'package-lock.json')).toBe(lock('a', 'm'));
  });

  test('a later change of the lockfile that would merge is not laid on top of another’s', async () => {
    const repository = makeRepository();
    const long = (first: string, last: string) => `${first}\n${'.\n'.repeat(9)}${last}\n`;
    diverge(
      repository,
      [
        { 'package.json': manifest('m', 'z'), 'package-lock.json': long('z', 'end') },
        { 'package-lock.json': long('z', 'other end') },
      ],
      { 'package.json': manifest('a', 'm'), 'package-lock.json': long('a', 'end') },
      { 'package.json': manifest('m'), 'package-lock.json': long('m', 'end') },
    );
    const made = await clean(repository);
    expect(repository.show(made.commit, 'package-lock.json')).toBe(long('a', 'end'));
  });

  test('what was judged is still that, before and after', async () => {
    const repository = makeRepository();
    const [commit] = diverge(repository, [task], {
      'package.json': manifest('m', 'n'),
      'package-lock.json': lock('m', 'n'),
    });
    const own = await repository.own();
    const base = repository.sha('main~1');
    const commits = [{ hash: commit as Sha, parents: [base] }];
    const there = placed(repository.sha('main'), await clean(repository));
    expect(await alteredFiles(own, unmoved(base, commit as Sha, commits), there)).toEqual([]);
    const unresolved = { ...there, stale: [], byKey: [] };
    expect(await alteredFiles(own, unmoved(base, commit as Sha, commits), unresolved)).toEqual([
      'package-lock.json',
      'package.json',
    ]);
  });
});

describe('npm’s own lockfile', () => {
  const npm = (versions: Readonly<Record<string, string>>): Files => ({
    'package-lock.json': `${JSON.stringify({ lockfileVersion: 3, packages: Object.fromEntries(Object.entries(versions).map(([name, version]) => [`node_modules/${name}`, { version }])) }, null, 2)}\n`,
  });
  const base = { 'package.json': manifest('m'), ...npm({ a: '1.0.0', m: '1.0.0' }) };

  test('keeps what the branch alone pins, be a manifest changed or not, and is to be made anew', async () => {
    for (const more of [{}, { 'package.json': manifest('m', 'z') }] as Files[]) {
      const repository = makeRepository();
      // The first of its commits does not conflict, and neither does the last.
      const task = [
        npm({ a: '1.0.0', m: '1.0.7' }),
        npm({ a: '1.0.5', m: '1.0.7' }),
        { 'x.ts': 'x\n', ...more },
      ];
      diverge(repository, task, npm({ a: '1.0.2', b: '1.0.0', m: '1.0.0' }), base);
      const made = await clean(repository);
      expect(made.stale).toEqual(['package-lock.json']);
      expect(repository.show(made.commit, 'package-lock.json')).toBe(
        npm({ a: '1.0.5', b: '1.0.0', m: '1.0.7' })['package-lock.json'],
      );
    }
  });

  test('alone is for somebody to decide where both pin one place, and not the later one; with a manifest it is main’s', async () => {
    const task = npm({ a: '0.9.0', m: '1.0.0' });
    const main = npm({ a: '1.0.2', m: '1.0.0' });
    const alone = makeRepository();
    diverge(alone, [task], main, base);
    expect(await replayed(alone)).toMatchObject({
      kind: 'conflicted',
      conflict: { files: ['package-lock.json'] },
    });
    const besides = makeRepository();
    diverge(besides, [{ ...task, 'package.json': manifest('m', 'z') }], main, base);
    const made = await clean(besides);
    expect(besides.show(made.commit, 'package-lock.json')).toBe(main['package-lock.json']);
  });
});

describe.each([
  [
    'pnpm-lock.yaml',
    (a: string, m: string) =>
      `lockfileVersion: '9.0'\n\nsnapshots:\n\n  app@1.0.0:\n    dependencies:\n      a: ${a}\n      m: ${m}\n`,
  ],
  [
    'yarn.lock',
    (a: string, m: string) =>
      `# yarn lockfile v1\n\n\na@^1:\n  version "${a}"\n  resolved "r/a-${a}.tgz"\n\nm@^1:\n  version "${m}"\n  resolved "r/m-${m}.tgz"\n`,
  ],
  [
    'bun.lock',
    (a: string, m: string) =>
      `{\n  "lockfileVersion": 1,\n  "workspaces": {"":{"dependencies":{"a":"1","m":"1"}}},\n  "packages": {\n    "a": ["a@${a}"],\n\n    "m": ["m@${m}"]\n  }\n}\n`,
  ],
])('%s', (file, of) => {
  const begun: Files = { 'package.json': manifest('m'), [file]: of('1.0.0', '1.0.0') };

  test('alone keeps what either pins, and is to be made anew', async () => {
    const repository = makeRepository();
    const task = [{ [file]: of('1.0.0', '1.0.7') }, { [file]: of('1.0.5', '1.0.7') }];
    diverge(repository, task, { [file]: of('1.0.2', '1.0.9') }, begun);
    const made = await clean(repository);
    expect(made.stale).toEqual([file]);
    expect(repository.show(made.commit, file)).toBe(of('1.0.5', '1.0.9'));
  });

  test('alone is for somebody to decide where both pin one place, and not the later one', async () => {
    const repository = makeRepository();
    diverge(repository, [{ [file]: of('0.9.0', '1.0.0') }], { [file]: of('1.0.2', '1.0.0') }, begun);
    expect(await replayed(repository)).toMatchObject({ kind: 'conflicted', conflict: { files: [file] } });
  });

  test('that both have added has main’s versions', async () => {
    const repository = makeRepository();
    const without: Files = { 'package.json': manifest('m') };
    const task = { 'x.ts': 'x\n', [file]: of('1.0.5', '1.0.0') };
    diverge(repository, [task], { [file]: of('1.0.2', '1.0.0') }, without);
    const made = await clean(repository);
    expect(repository.show(made.commit, file)).toBe(of('1.0.2', '1.0.0'));
  });
});

describe('a conflict as before', () => {
  const files = async (task: Files, main: Files = onMain) => {
    const repository = makeRepository();
    diverge(repository, [task], main);
    const made = await replayed(repository);
    return made.kind === 'conflicted' ? made.conflict.files : made.kind;
  };

  test('where another file conflicts too, and where both changed one value', async () => {
    const both = { ...begin, 'package-lock.json': lock('m', 'z'), 'README.md': 'theirs\n' };
    expect(
      await files({ ...both, 'package.json': manifest('m', 'z') }, { ...onMain, 'README.md': 'ours\n' }),
    ).toEqual(['README.md', 'package-lock.json', 'package.json']);
    const version = { 'package.json': manifest('m').replace('"1"', '"3"') };
    expect(await files(version, { 'package.json': manifest('m').replace('"1"', '"2"') })).toEqual([
      'package.json',
    ]);
  });

  test('where one side has taken the lockfile away, or made it a link', async () => {
    const gone = { 'package.json': manifest('m', 'z'), 'package-lock.json': null };
    expect(await files(gone, { 'package-lock.json': lock('a') })).toEqual(['package-lock.json']);
    const link = { 'package.json': manifest('m', 'z'), 'package-lock.json': { link: 'x' } };
    expect(await files(link)).not.toBe('clean');
  });

  test('where only the lockfile was changed: what it says stands nowhere else', async () => {
    expect(await files({ 'package-lock.json': lock('m, newer') })).toEqual(['package-lock.json']);
  });
});

test('what was made anew is a marked commit, the same for the same files', async () => {
  const repository = makeRepository();
  diverge(repository, [{ 'package.json': manifest('m', 'z'), 'package-lock.json': lock('m', 'z') }]);
  const own = await repository.own();
  const { commit, stale } = await clean(repository);
  const file = { path: 'package-lock.json', mode: '100644', blob: await writeBlob(own, lock('a', 'm', 'z')) };
  const remade = await commitRemade(own, commit, [file], 'abcd2345');
  expect(await commitRemade(own, commit, [file], 'abcd2345')).toBe(remade);
  expect(repository.git('diff', '--name-only', commit, remade)).toBe('package-lock.json');
  expect(repository.git('log', '-1', '--format=%an %ct%n%(trailers)', remade).trim()).toBe(
    `steroids ${repository.git('log', '-1', '--format=%ct', commit)}\nSteroids-Lockfile: regenerated for abcd2345`,
  );
  expect(await readRemade(own, remade)).toEqual({ below: commit, said: 'package-lock.json made anew' });
  expect(await readRemade(own, commit)).toBeUndefined();
  expect(await isRemadeOf(own, remade, commit, stale)).toBe(true);
  expect(await isRemadeOf(own, remade, repository.sha('main'), stale)).toBe(false);
  // Nothing but lockfiles may hide in such a commit.
  const more = { path: 'src.ts', mode: '100644', blob: file.blob };
  expect(await isRemadeOf(own, await commitRemade(own, commit, [file, more], 'x'), commit, stale)).toBe(
    false,
  );
  // Nothing to change is no commit.
  const same = { ...file, blob: await writeBlob(own, lock('a', 'm')) };
  expect(await commitRemade(own, commit, [same], 'abcd2345')).toBe(commit);
});
