import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Coding, code as codeAll } from '../../src/coder/code.ts';
import { leaveBranch } from '../../src/coder/ended.ts';
import { openGit } from '../../src/git/client.ts';
import { replay } from '../../src/git/replay.ts';
import { identityVariables } from '../../src/git/worktrees.ts';
import { GROUP } from '../../src/process/containment.ts';
import type { Layout } from '../../src/task/attempt.ts';
import type { BranchName } from '../../src/task/ids.ts';
import { clearSlot, ensureWorktree, layBranch } from '../../src/worktree/slot.ts';
import { makeRepository, type TestRepository } from '../support/repository.ts';

/** What came of it, for coders that propose nothing. */
const code = async (one: Coding) => (await codeAll(one)).event;

const BRANCH = 'runner-1/task-abcd2345' as BranchName;

/** A coder, which is a shell script, in a worktree with the task's branch. */
async function coding(
  repository: TestRepository,
  script: string,
  also: Partial<Coding> = {},
): Promise<Coding> {
  const folder = path.join(repository.root, 'project.steroids', 'runner-1');
  const main = repository.sha('main');
  const worktree = await ensureWorktree(repository.open(), folder, main);
  const opened = await layBranch(worktree, {
    taskId: 'abcd2345',
    branch: BRANCH,
    main,
    lastHead: also.layout?.head,
    fresh: false,
    layout: also.layout ?? null,
  });
  return {
    repository: repository.open(),
    worktree,
    branch: BRANCH,
    main: 'main',
    head: opened.head,
    layout: opened.layout,
    mustAdd: false,
    title: 'Do the task',
    coder: 'shell',
    command: script,
    agent: null,
    identity: 'Coder <coder@example.org>',
    brief: 'The brief.\n',
    environment: repository.environment,
    log: path.join(repository.root, 'code.log'),
    answerFile: path.join(repository.root, 'answer.json'),
    timeLimit: 60_000,
    outputLimit: 100_000_000,
    signal: new AbortController().signal,
    containment: GROUP,
    started: async () => {},
    ...also,
    ...(also.layout === undefined ? {} : { layout: opened.layout }),
  };
}

/** The branch's commits above main: `author: subject`, newest first. */
const log = (repository: TestRepository) =>
  repository.git('log', '--format=%an <%ae>: %s', `main..${BRANCH}`).split('\n').filter(Boolean);

describe('a coder that ends well', () => {
  test('and commits itself: its commits, oldest first', async () => {
    const repository = makeRepository();
    const script = `
      echo a > a.txt; git add a.txt; git commit --quiet -m "Add a

With a body."
      echo b > b.txt; git add b.txt; git commit --quiet -m "Add b"`;
    const coded = await code(await coding(repository, script));
    const head = repository.sha(BRANCH);
    expect(coded).toMatchObject({ kind: 'submitted', head });
    if (coded.kind !== 'submitted') throw new Error(coded.kind);
    expect(coded.commits.map(({ message, author }) => [message, author])).toEqual([
      ['Add a\n\nWith a body.', 'Ada <ada@example.org>'],
      ['Add b', 'Ada <ada@example.org>'],
    ]);
    expect(coded.commits[1]?.hash).toBe(head);
  });

  test.each(['.gitignore', '.gitattributes', '.gitmodules', '$(git rev-parse --git-dir)/index'])(
    'and leaves a pipe for %s, which nobody waits for',
    async (place) => {
      const script = `echo x > x.txt; rm -f "${place}"; mkfifo "${place}"; mkfifo pipe\n`;
      const coded = await code(await coding(makeRepository(), script));
      expect(coded.kind).toBe('submitted');
    },
  );

  test('and leaves files with names of every kind', async () => {
    const repository = makeRepository();
    repository.commit({ 'old name.txt': 'old\n', ':(top)': 'x\n' });
    const script = `
      printf x > "two
lines.txt"; printf x > '*'; printf x > "$(printf 'caf\\351')"; printf x > '-n'; printf y > ':(top)'
      git mv 'old name.txt' 'new name.txt'; mkdir node; printf x > node/modules`;
    const coded = await code(await coding(repository, script));
    expect(coded.kind).toBe('submitted');
    expect(repository.git('diff', '--name-status', '--no-renames', '-z', 'main', BRANCH).split('\0')).toEqual(
      expect.arrayContaining([
        'two\nlines.txt',
        '*',
        'caf\ufffd',
        '-n',
        ':(top)',
        'node/modules',
        'new name.txt',
        'old name.txt',
      ]),
    );
  });

  test('is told the brief on standard input, in the worktree, and its pid is told', async () => {
    const repository = makeRepository();
    const pids: number[] = [];
    const started = async (pid: number) => {
      pids.push(pid);
    };
    const coded = await code(
      await coding(repository, 'cat > brief.txt; pwd > where.txt; echo $$ > pid.txt', { started }),
    );
    expect(coded.kind).toBe('submitted');
    expect(repository.show(BRANCH, 'brief.txt')).toBe('The brief.\n');
    expect(repository.show(BRANCH, 'where.txt')).toBe(`${repository.root}/project.steroids/runner-1\n`);
    expect(repository.show(BRANCH, 'pid.txt')).toBe(`${pids[0]}\n`);
  });

  test('and leaves its work uncommitted: it is committed for it, under its name and the task’s title', async () => {
    const repository = makeRepository();
    const names = ['a b.txt', 'größe.txt', 'line\nbreak.txt', '-dash.txt', ':colon.txt'];
    const script = `
      touch "a b.txt" größe.txt 'line\nbreak.txt' ./-dash.txt :colon.txt
      echo changed > README.md; echo staged > staged.txt; git add staged.txt; ln -s README.md link`;
    const coded = await code(await coding(repository, script, { title: '# odd: title' }));
    expect(coded.kind).toBe('submitted');
    expect(log(repository)).toEqual(['Coder <coder@example.org>: # odd: title']);
    expect(repository.git('log', '-1', '--format=%cn <%ce>', BRANCH)).toBe('Coder <coder@example.org>');
    const expected = ['README.md', 'link', 'staged.txt', ...names].sort();
    expect(Object.keys(repository.tree(BRANCH)).sort()).toEqual(expected);
    expect(repository.show(BRANCH, 'README.md')).toBe('changed\n');
  });

  test('and commits one part: the rest is a commit of its own', async () => {
    const repository = makeRepository();
    const script = 'echo a > a.txt; git add .; git commit --quiet -m "Add a"; echo b > b.txt; rm README.md';
    expect((await code(await coding(repository, script))).kind).toBe('submitted');
    expect(log(repository)).toEqual([
      'Coder <coder@example.org>: Do the task',
      'Ada <ada@example.org>: Add a',
    ]);
    expect(Object.keys(repository.tree(BRANCH))).toEqual(['a.txt', 'b.txt']);
  });

  test('under an author that was configured for it', async () => {
    const repository = makeRepository();
    const identity = 'Claude <claude@example.org>';
    const environment = { ...repository.environment, ...identityVariables(identity) };
    const script = 'touch a.txt; git add .; git commit --quiet -m "Add a"; touch b.txt';
    await code(await coding(repository, script, { identity, environment }));
    expect(log(repository)).toEqual([`${identity}: Do the task`, `${identity}: Add a`]);
  });

  test('where nobody has an identity, and where commits would be signed', async () => {
    const repository = makeRepository();
    repository.git('config', '--global', '--remove-section', 'user');
    repository.git('config', '--global', 'commit.gpgSign', 'true');
    repository.git('config', '--global', 'gpg.program', '/bin/false');
    expect((await code(await coding(repository, 'touch a.txt'))).kind).toBe('submitted');
    expect(log(repository)).toEqual(['Coder <coder@example.org>: Do the task']);
  });

  test("the repository's hooks do not stop what is committed for it", async () => {
    const repository = makeRepository();
    for (const hook of ['pre-commit', 'commit-msg', 'prepare-commit-msg']) {
      repository.write({ [`.git/hooks/${hook}`]: { run: '#!/bin/sh\nexit 1\n' } });
    }
    expect((await code(await coding(repository, 'touch a.txt'))).kind).toBe('submitted');
  });

  test('main may have gone on meanwhile: the commits are still those of the task alone', async () => {
    const repository = makeRepository();
    const prepared = await coding(
      repository,
      'touch a.txt; git add .; git commit -qm a; git merge -q --no-edit main',
    );
    repository.commit({ 'main.txt': 'main\n' }, { message: 'On main\n' });
    const coded = await code(prepared);
    if (coded.kind !== 'submitted') throw new Error(coded.kind);
    expect(coded.commits.map((commit) => commit.message)).toEqual(['a', expect.stringContaining('Merge')]);
  });

  test('a tag that is called like main does not change what counts as the task’s', async () => {
    const repository = makeRepository();
    repository.commit({ 'second.txt': 'second\n' });
    const prepared = await coding(repository, 'touch a.txt');
    repository.git('tag', 'main', 'main~1');
    const coded = await code(prepared);
    if (coded.kind !== 'submitted') throw new Error(coded.kind);
    expect(coded.commits).toHaveLength(1);
  });
});

describe('what is never committed for a coder', () => {
  test('ignored files, and a linked node_modules', async () => {
    const repository = makeRepository();
    repository.commit({ '.gitignore': 'node_modules/\n.env\n' });
    mkdirSync(path.join(repository.root, 'shared'));
    const script = `
      echo SECRET > .env; echo a > a.txt; mkdir -p packages/p
      ln -s ${repository.root}/shared node_modules; ln -s ${repository.root}/shared packages/p/node_modules`;
    expect((await code(await coding(repository, script))).kind).toBe('submitted');
    expect(Object.keys(repository.tree(BRANCH))).toEqual(['.gitignore', 'README.md', 'a.txt']);
  });

  test('a linked node_modules that the coder had staged', async () => {
    const repository = makeRepository();
    repository.commit({ '.gitignore': 'node_modules/\n' });
    const script = `ln -s ${repository.root} node_modules; echo a > a.txt; git add --all`;
    expect((await code(await coding(repository, script))).kind).toBe('submitted');
    expect(Object.keys(repository.tree(BRANCH))).toEqual(['.gitignore', 'README.md', 'a.txt']);
  });

  test('only a linked node_modules is no change', async () => {
    const repository = makeRepository();
    repository.commit({ '.gitignore': 'node_modules/\n' });
    const prepared = await coding(repository, 'true');
    symlinkSync(repository.root, path.join(prepared.worktree.dir, 'node_modules'));
    expect(await code(prepared)).toMatchObject({ kind: 'setback', setback: 'unchanged' });
    expect(log(repository)).toEqual([]);
  });

  test('a repository of its own that the coder made, with or without a commit', async () => {
    const repository = makeRepository();
    const script =
      'git init -q one; git init -q two; git -C two commit -q --allow-empty -m x; echo a > a.txt';
    expect((await code(await coding(repository, script))).kind).toBe('submitted');
    expect(Object.keys(repository.tree(BRANCH))).toEqual(['README.md', 'a.txt']);
  });
});

describe('a coder that changed nothing', () => {
  test('is a setback, without commits', async () => {
    const repository = makeRepository();
    const coded = await code(await coding(repository, 'true'));
    expect(coded).toMatchObject({
      kind: 'setback',
      setback: 'unchanged',
      head: repository.sha('main'),
      commits: [],
    });
  });

  test('on top of earlier work, where it had to add something', async () => {
    const repository = makeRepository();
    await code(await coding(repository, 'touch a.txt'));
    const again = await coding(repository, 'true', { mustAdd: true });
    expect(await code(again)).toMatchObject({ kind: 'setback', setback: 'unchanged', head: again.head });
    expect(await code({ ...again, mustAdd: false })).toMatchObject({ kind: 'submitted', head: again.head });
    const answer = await code({ ...again, command: 'touch b.txt' });
    expect(answer.kind).toBe('submitted');
  });
});

describe('where the work is', () => {
  test('a detached HEAD on top of the branch is meant for it', async () => {
    const repository = makeRepository();
    const script = 'git checkout -q --detach; touch a.txt; git add .; git commit -qm a; touch b.txt';
    const prepared = await coding(repository, script);
    expect((await code(prepared)).kind).toBe('submitted');
    expect(log(repository)).toEqual(['Coder <coder@example.org>: Do the task', 'Ada <ada@example.org>: a']);
    expect(repository.gitIn(prepared.worktree.dir, 'symbolic-ref', '--short', 'HEAD')).toBe(BRANCH);
  });

  test('a branch that the coder deleted from a detached HEAD stands again', async () => {
    const repository = makeRepository();
    const script = `git checkout -q --detach; git branch -q -D ${BRANCH}; touch a.txt; git add .; git commit -qm a`;
    expect((await code(await coding(repository, script))).kind).toBe('submitted');
    expect(log(repository)).toEqual(['Ada <ada@example.org>: a']);
  });

  test.each([
    ['another branch', 'git checkout -q -b other; touch a.txt; git add .; git commit -qm a', 'other'],
    [
      'a detached HEAD beside the branch',
      'touch a; git add a; git commit -qm a; git checkout -q --detach HEAD~1',
      'the commit',
    ],
  ])('%s is a setback, and the branch is not moved', async (_, script, where) => {
    const repository = makeRepository();
    const coded = await code(await coding(repository, script));
    expect(coded).toMatchObject({
      kind: 'setback',
      setback: 'failed',
      reason: expect.stringContaining(where),
      head: repository.sha(BRANCH),
    });
  });

  test('a rebase half done is a setback', async () => {
    const repository = makeRepository();
    repository.commit({ 'shared.txt': 'one\n' });
    const prepared = await coding(
      repository,
      'echo task > shared.txt; git commit -qam task; git rebase main; exit 0',
    );
    repository.commit({ 'shared.txt': 'main\n' });
    expect(await code(prepared)).toMatchObject({ kind: 'setback', setback: 'failed' });
    expect(log(repository)).toEqual(['Ada <ada@example.org>: task']);
  });

  test('a branch that the coder amended or rebased is as git tells it', async () => {
    const repository = makeRepository();
    const script =
      'touch a.txt; git add .; git commit -qm a; git commit -q --amend -m amended; git reset -q --soft HEAD~1; git commit -qm again';
    const coded = await code(await coding(repository, script));
    expect(coded).toMatchObject({ kind: 'submitted', commits: [{ message: 'again' }] });
  });

  test('leaving the branch detaches HEAD there, touches no file, and leaves other branches alone', async () => {
    const repository = makeRepository();
    const prepared = await coding(repository, 'touch a.txt');
    await code(prepared);
    repository.write({ 'draft.txt': 'draft\n' }, prepared.worktree.dir);
    await leaveBranch(prepared.worktree, 'other' as BranchName);
    expect(repository.gitIn(prepared.worktree.dir, 'symbolic-ref', '--short', 'HEAD')).toBe(BRANCH);
    await leaveBranch(prepared.worktree, BRANCH);
    expect(repository.status(prepared.worktree.dir)).toEqual(['?? draft.txt']);
    repository.git('branch', '--quiet', '-D', BRANCH);
  });
});

describe('conflicts', () => {
  async function conflicted(
    repository: TestRepository,
    attributes: Parameters<TestRepository['commit']>[0] = {},
  ) {
    repository.commit({ 'shared.txt': 'one\n', 'other.txt': 'one\n', ...attributes });
    await code(
      await coding(
        repository,
        'echo task > shared.txt; echo new > new.txt; git add .; git commit -qm "The work"',
        {},
      ),
    );
    const worktree = openGit(
      path.join(repository.root, 'project.steroids', 'runner-1'),
      repository.environment,
    );
    await clearSlot(worktree, 'runner-1', repository.sha('main'), []);
    const head = repository.sha(BRANCH);
    const main = repository.commit({ 'shared.txt': 'main\n' });
    const tried = await replay(await repository.own(), main, head);
    if (tried.kind !== 'conflicted') throw new Error(tried.kind);
    return { onto: main, laid: tried.laid, head, conflict: tried.conflict } satisfies Layout;
  }

  test('solved: committed for the coder with the message and the author of the work', async () => {
    const repository = makeRepository();
    const layout = await conflicted(repository);
    const coded = await code(await coding(repository, 'echo both > shared.txt', { layout, mustAdd: true }));
    expect(coded).toMatchObject({
      kind: 'submitted',
      commits: [{ message: 'The work', author: 'Ada <ada@example.org>' }],
    });
    expect(repository.show(BRANCH, 'shared.txt')).toBe('both\n');
    expect(repository.show(BRANCH, 'new.txt')).toBe('new\n');
  });

  test('solved by deleting the file', async () => {
    const repository = makeRepository();
    const layout = await conflicted(repository);
    expect((await code(await coding(repository, 'rm shared.txt', { layout }))).kind).toBe('submitted');
    expect(repository.show(BRANCH, 'shared.txt')).toBeUndefined();
  });

  test.each([
    ['left as they are', {}, 'echo unrelated > other.txt'],
    ['committed', {}, 'git add --all; git commit -qm done'],
    ['longer than usual', { '.gitattributes': '* conflict-marker-size=20\n' }, 'true'],
  ])('markers %s: unresolved, and laid out again', async (_, attributes, script) => {
    const repository = makeRepository();
    const layout = await conflicted(repository, attributes);
    const coded = await code(await coding(repository, script, { layout }));
    expect(coded).toMatchObject({
      kind: 'setback',
      setback: 'unresolved',
      reason: 'conflict markers are left in shared.txt',
      layout: { conflict: { tree: layout.conflict.tree }, head: repository.sha(BRANCH) },
    });
  });

  test('a coder that fails before it solved anything gets them laid out again', async () => {
    const repository = makeRepository();
    const layout = await conflicted(repository);
    const coded = await code(await coding(repository, 'exit 1', { layout }));
    expect(coded).toMatchObject({ setback: 'failed', layout: { laid: layout.laid, head: layout.laid } });
  });

  test('a merge that the coder began itself and left with markers is unresolved, not committed', async () => {
    const repository = makeRepository();
    repository.commit({ 'shared.txt': 'one\n' });
    const prepared = await coding(
      repository,
      'echo task > shared.txt; git commit -qam task; git merge main; exit 0',
    );
    repository.commit({ 'shared.txt': 'main\n' });
    expect(await code(prepared)).toMatchObject({ kind: 'setback', setback: 'unresolved' });
    expect(log(repository)).toEqual(['Ada <ada@example.org>: task']);
  });

  test('a merge that the coder began and solved without committing is committed', async () => {
    const repository = makeRepository();
    repository.commit({ 'shared.txt': 'one\n' });
    const prepared = await coding(
      repository,
      'echo task > shared.txt; git commit -qam task; git merge main; echo both > shared.txt',
    );
    repository.commit({ 'shared.txt': 'main\n' });
    expect((await code(prepared)).kind).toBe('submitted');
    expect(repository.show(BRANCH, 'shared.txt')).toBe('both\n');
  });

  test('text that looks like markers is nobody’s conflict without one', async () => {
    const repository = makeRepository();
    const script = "printf '<<<<<<< ours\\n=======\\n>>>>>>> theirs\\n' > guide.md";
    expect((await code(await coding(repository, script))).kind).toBe('submitted');
  });
});

describe('a coder that does not end well', () => {
  test('fails: the reason, the end of its log, and what it committed; nothing is committed for it', async () => {
    const repository = makeRepository();
    const script = 'touch a.txt; git add .; git commit -qm a; touch b.txt; echo out of quota >&2; exit 3';
    const prepared = await coding(repository, script);
    const coded = await code(prepared);
    expect(coded).toMatchObject({
      kind: 'setback',
      setback: 'failed',
      reason: expect.stringMatching(/^coder "shell" .* exited with 3$/),
      feedback: expect.stringContaining('out of quota\n'),
      head: repository.sha(BRANCH),
      commits: [{ message: 'a' }],
      layout: null,
    });
    expect(repository.status(prepared.worktree.dir)).toEqual(['?? b.txt']);
  });

  test.each([
    ['is killed', 'kill -9 $$', 'SIGKILL'],
    ['is not there', ['no-such-coder'], 'could not be started'],
  ])('%s', async (_, command, reason) => {
    const repository = makeRepository();
    const coded = await code(await coding(repository, '', { command }));
    expect(coded).toMatchObject({
      kind: 'setback',
      setback: 'failed',
      reason: expect.stringContaining(reason),
    });
  });

  test('passes its time limit', async () => {
    const repository = makeRepository();
    const coded = await code(await coding(repository, 'touch a.txt; sleep 600', { timeLimit: 50 }));
    expect(coded).toMatchObject({
      kind: 'setback',
      setback: 'failed',
      reason: expect.stringContaining('time limit'),
    });
    expect(log(repository)).toEqual([]);
  });

  test('is stopped: an interruption, which is nobody’s fault, and its files stay', async () => {
    const repository = makeRepository();
    const abort = new AbortController();
    const fifo = path.join(repository.root, 'fifo');
    execFileSync('mkfifo', [fifo]);
    const prepared = await coding(repository, `touch a.txt; echo on > ${fifo}; sleep 600`, {
      signal: abort.signal,
    });
    const coded = code(prepared);
    expect(await readFile(fifo, 'utf8')).toBe('on\n');
    abort.abort();
    expect(await coded).toEqual({ kind: 'interrupted', reason: 'the coder was stopped' });
    expect(existsSync(path.join(prepared.worktree.dir, 'a.txt'))).toBe(true);
    expect(log(repository)).toEqual([]);
  });

  test('of a runner that others have taken over meanwhile: nothing is looked at, and nothing committed', async () => {
    const repository = makeRepository();
    let looked = false;
    const prepared = await coding(repository, 'touch a.txt', {
      isOurs: async () => false,
      ended: async () => {
        looked = true;
        return undefined;
      },
    });
    expect(await code(prepared)).toMatchObject({ kind: 'interrupted' });
    expect(looked).toBe(false);
    expect(log(repository)).toEqual([]);
    expect(repository.status(prepared.worktree.dir)).toEqual(['?? a.txt']);
  });
});
