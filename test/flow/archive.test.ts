// What was put aside is found, looked at, got back, and taken away only by name.

import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { manyArchives } from '../support/archives.ts';
import { makeProject, type TestProject } from '../support/project.ts';
import { watchGit } from '../support/watchGit.ts';

interface Listed {
  readonly id: string;
  readonly ref: string;
  readonly commit: string;
  readonly owner: string;
  readonly reason: string;
}

const COMMITS = 'echo a > a.txt; git add a.txt; git commit -qm "Add a"; ';

/** A cancelled task: one commit, and a file that was not committed. */
async function withArchives(): Promise<{ project: TestProject; id: string; archives: Listed[] }> {
  const project = await makeProject({ config: { limits: { failures: 1 } } });
  const id = await project.task('Half a page', `${COMMITS} echo b >> a.txt; echo new > new.txt; exit 1\n`);
  expect(await project.run('run')).toMatchObject({ code: 3 });
  await project.json(['tasks', 'cancel', id]);
  return { project, id, archives: await project.json(['archive', 'list', id.slice(0, 5)]) };
}

const byReason = (archives: readonly Listed[], reason: string) =>
  archives.find((archive) => archive.reason === reason) as Listed;

test('what a cancelled task left is listed, shown and restored, and no checkout is touched', async () => {
  const { project, id, archives } = await withArchives();
  const uncommitted = byReason(archives, 'uncommitted');
  const cancelled = byReason(archives, 'cancelled');
  expect(archives).toHaveLength(2);
  expect(uncommitted).toMatchObject({ owner: id, files: 2, commits: 1, task: { status: 'cancelled' } });
  expect(cancelled).toMatchObject({ owner: id, files: null, commits: 1 });
  const list = (await project.run('archive', 'list')).out;
  expect(list).toMatch(new RegExp(`${cancelled.id} +${id} +cancelled .* 1 commit +the task was cancelled`));
  expect(list).toMatch(new RegExp(`${uncommitted.id} .* 2 files, 1 commit +was not committed`));

  const files = await project.json(['archive', 'show', uncommitted.id.slice(0, 6), '--diff']);
  expect(files.files).toEqual([
    { status: 'M', path: 'a.txt' },
    { status: 'A', path: 'new.txt' },
  ]);
  expect(files.diff).toContain('+new');
  expect(files.commits).toMatchObject([{ message: 'Add a' }]);
  const shown = (await project.run('archive', 'show', cancelled.commit.slice(0, 8))).out;
  expect(shown).toMatch(/Commits that are not on main:\n +[0-9a-f]{8} {2}Add a/);
  expect(shown).toContain('new       a.txt');

  const restored = await project.run('archive', 'restore', uncommitted.id);
  expect(restored.out).toContain(`git switch archive/${id}-uncommitted`);
  expect(project.git('show', `archive/${id}-uncommitted:new.txt`)).toBe('new');
  expect(project.git('rev-parse', '--abbrev-ref', 'HEAD')).toBe('main');
  expect(project.git('status', '--porcelain')).toBe('');
  const again = await project.json(['archive', 'restore', uncommitted.id]);
  expect(again).toMatchObject({ branch: `archive/${id}-uncommitted`, made: false });
  const named = await project.json(['archive', 'restore', cancelled.id, '--branch', 'rescued']);
  expect(named).toMatchObject({ branch: 'rescued', made: true });
  expect(project.git('rev-parse', 'rescued')).toBe(cancelled.commit);
});

test('restoring writes over no branch', async () => {
  const { project, id, archives } = await withArchives();
  const { id: archive, commit } = byReason(archives, 'cancelled');
  const main = project.git('rev-parse', 'main');
  const refused = await project.run('archive', 'restore', archive, '--branch', 'main');
  expect(refused).toMatchObject({
    code: 2,
    err: expect.stringMatching(/"main" is at [0-9a-f]{8}, and nothing/),
  });
  expect(project.git('rev-parse', 'main')).toBe(main);
  // A name that is taken by something else gets the commit behind it.
  project.git('branch', `archive/${id}-cancelled`, 'main');
  const other = await project.json(['archive', 'restore', archive]);
  expect(other.branch).toBe(`archive/${id}-cancelled-${commit.slice(0, 8)}`);
  expect(project.git('rev-parse', `archive/${id}-cancelled`)).toBe(main);
  // Made by somebody between our look and our writing.
  const git = watchGit(project);
  git.before('update-ref', '"$REAL_GIT" branch raced main\n');
  const raced = await project.run('archive', 'restore', archive, '--branch', 'raced');
  expect(raced).toMatchObject({ code: 2, err: expect.stringContaining('"raced" was made just now') });
  expect(project.git('rev-parse', 'raced')).toBe(main);
});

test('restoring to a branch that cannot be', async () => {
  const { project, archives } = await withArchives();
  project.git('branch', 'taken/part');
  const before = project.git('for-each-ref', 'refs/heads');
  for (const [branch, says] of [
    ['a..b', /"a\.\.b" cannot be the name of a branch/],
    ['@{-1}', /cannot be the name of a branch/],
    ['HEAD', /cannot be the name of a branch/],
    ['main/part', /"main\/part" cannot be beside the branch "main"/],
    ['refs/heads/x', /"refs\/heads\/x" is the name of a ref[\s\S]*--branch x/],
    ['taken', /"taken" cannot be beside the branch "taken\/part"/],
  ] as const) {
    const ran = await project.run('archive', 'restore', archives[0]?.id ?? '', '--branch', branch);
    expect(ran).toMatchObject({ code: 2, out: '', err: expect.stringMatching(says) });
  }
  expect(project.git('for-each-ref', 'refs/heads')).toBe(before);
});

test('an id that is unknown, nearly right, or the beginning of several', async () => {
  const { project, id: task, archives } = await withArchives();
  const { id, ref, commit } = byReason(archives, 'cancelled');
  expect((await project.run('archive', 'show', task)).err).toContain(`steroids archive list ${task}`);
  expect(await project.run('archive', 'show', 'nope')).toMatchObject({
    code: 2,
    err: expect.stringMatching(/no archive "nope"\n.*steroids archive list/),
  });
  const typo = `${id.slice(0, 4)}${id[4] === 'z' ? 'y' : 'z'}${id.slice(5)}`;
  expect((await project.run('archive', 'restore', typo)).err).toContain(`Did you mean "${id}"?`);
  project.git('update-ref', ref.replace('cancelled-', 'moved-'), commit);
  expect(await project.run('archive', 'show', commit)).toMatchObject({
    code: 2,
    err: expect.stringContaining(`more than one archive's id or commit`),
  });
  expect((await project.json(['archive', 'show', ref.replace('refs/steroids/archive/', '')])).id).toBe(id);
  expect((await project.run('archive', 'list', 'nope')).err).toContain('no task "nope"');
  // A slot is one also when nothing of it is archived.
  for (const slot of ['runner-1', 'review-2', 'merge-1']) {
    const listed = await project.run('archive', 'list', slot);
    expect(listed).toMatchObject({ code: 0, out: `Nothing of ${slot} is archived.` });
  }
});

test('uninstalling says of no archive both that it goes and that it stays', async () => {
  const { project, archives } = await withArchives();
  const survey = await project.json(['uninstall', '--dry-run']);
  expect(survey.archived.toSorted()).toEqual(archives.map((archive) => archive.ref).toSorted());
  expect(survey.refs.filter((ref: string) => survey.archived.includes(ref))).toEqual([]);
});

test('an archive is removed by name only, after it was shown and somebody said yes', async () => {
  const { project, archives } = await withArchives();
  const { id, ref } = byReason(archives, 'cancelled');
  const asked = await project.run('archive', 'remove', id);
  expect(asked).toMatchObject({
    code: 2,
    err: expect.stringMatching(/Half a page[\s\S]*nobody can be asked/),
  });
  expect(project.git('for-each-ref', ref)).not.toBe('');
  const git = watchGit(project);
  git.before('update-ref', `"$REAL_GIT" update-ref ${ref} main\n`);
  expect(await project.run('archive', 'remove', id, '--yes')).toMatchObject({ code: 4 });
  expect(project.git('rev-parse', ref)).toBe(project.git('rev-parse', 'main'));
  expect(await project.json(['archive', 'remove', id, '--yes'])).toMatchObject({ id, removed: true });
  expect(project.git('for-each-ref', ref)).toBe('');
});

describe("what a verification left in the queue's worktree", () => {
  const verify = ['echo made > report.txt'];

  test('is listed, and restored into the repository', async () => {
    const project = await makeProject({ config: { merge: { verify } } });
    await project.task('one', COMMITS);
    expect(await project.run('run')).toMatchObject({ code: 0 });
    const [archive] = await project.json(['archive', 'list', 'merge-1']);
    expect(archive).toMatchObject({ owner: 'merge-1', reason: 'uncommitted', files: 1, commits: 0 });
    expect(project.git('for-each-ref', 'refs/steroids/archive')).toBe('');
    expect(await project.json(['archive', 'list'])).toEqual([]);
    expect((await project.run('archive', 'list')).out).toMatch(
      /^Nothing is archived\.\nNot shown: 1 archive of .*--all/,
    );
    expect(await project.json(['archive', 'list', '--all'])).toEqual([archive]);
    const { branch } = await project.json(['archive', 'restore', archive.id]);
    expect(project.git('show', `${branch}:report.txt`)).toBe('made');
    project.git('fsck', '--connectivity-only', '--no-dangling');
    expect(await project.json(['archive', 'list'])).toMatchObject([
      { id: archive.id, commit: archive.commit },
    ]);
    await project.json(['archive', 'remove', archive.id, '--yes']);
    expect(await project.json(['archive', 'list'])).toEqual([]);
  });

  test('outlives uninstalling', async () => {
    const project = await makeProject({ config: { merge: { verify } } });
    await project.task('one', COMMITS);
    await project.run('run');
    const [archive] = await project.json(['archive', 'list', '--all']);
    expect((await project.run('uninstall', '--dry-run')).out).toContain(archive.ref);
    await project.run('uninstall', '--yes');
    expect(existsSync(path.join(project.folder, '.git/steroids'))).toBe(false);
    expect(project.git('show', `${archive.ref}:report.txt`)).toBe('made');
  });
});

test('a branch that moved after its approval: the approved head is archived before the task goes back', async () => {
  const project = await makeProject({ config: { reviewer: 'human' } });
  const id = await project.task('one', COMMITS);
  await project.run('run');
  await project.json(['review', 'approve', id]);
  const { branch, latestCommit } = await project.json(['tasks', 'show', id]);
  project.git(
    'update-ref',
    `refs/heads/${branch}`,
    project.git('commit-tree', '-m', 'other', '-p', 'main', `${latestCommit}^{tree}`),
  );
  await project.run('merge', 'run', '--once');
  expect(await project.json(['tasks', 'show', id])).toMatchObject({ status: 'review' });
  expect(await project.json(['archive', 'list'])).toMatchObject([
    { owner: id, reason: 'moved', commit: latestCommit, commits: 1 },
  ]);
});

test('a thousand archives cost as many gits as ten', async () => {
  const project = await makeProject();
  const id = await project.task('one', COMMITS);
  await project.run('run');
  const git = watchGit(project);
  const calls = async (...words: string[]) => {
    git.calls();
    const answer = await project.json(words);
    return { answer, gits: git.calls() };
  };
  const ask = async () => ({
    list: await calls('archive', 'list'),
    survey: await calls('gc', '--dry-run', '--keep', '0s'),
  });
  manyArchives(project, id, 10);
  const ten = await ask();
  manyArchives(project, id, 1_000);
  const thousand = await ask();
  expect(ten.list.answer).toHaveLength(10);
  expect(thousand.list.answer).toHaveLength(1_000);
  expect(thousand.list.answer[0]).toMatchObject({ commits: 1 });
  expect(thousand.survey.answer.refs).toHaveLength(1_002); // with both refs of its landing
  expect(thousand.list.gits.length).toBe(ten.list.gits.length);
  expect(thousand.survey.gits.length).toBe(ten.survey.gits.length);
  const swept = await calls('gc', '--keep', '0s');
  expect(swept.gits.filter((call) => call.includes('update-ref'))).toHaveLength(1);
  expect(await project.json(['archive', 'list'])).toEqual([]);
});
