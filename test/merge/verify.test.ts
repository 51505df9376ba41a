import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Check, checksDigest, type Verifying, verify } from '../../src/merge/verify.ts';
import { GROUP } from '../../src/process/containment.ts';
import type { Command } from '../../src/process/work.ts';
import { makeRepository, type TestRepository } from '../support/repository.ts';

const check = (command: Command): Check => ({ command, folder: '', environment: {} });

function verifying(repository: TestRepository, commands: readonly Command[]): Verifying {
  const folder = repository.worktree('merge-1', null);
  return {
    worktree: repository.open(folder),
    commit: repository.sha('main'),
    checks: commands.map(check),
    environment: repository.environment,
    log: path.join(repository.root, 'verify.log'),
    timeLimit: 60_000,
    signal: new AbortController().signal,
    containment: GROUP,
  };
}

describe('verification', () => {
  test('passes when every command ends with 0, in order, in the worktree', async () => {
    const repository = makeRepository();
    const commands = ['pwd > ../where', ['sh', '-c', 'test -f ../where && cat README.md']];
    expect(await verify(verifying(repository, commands))).toEqual({ kind: 'passed' });
    expect(repository.read('where', repository.root)).toBe(`${repository.root}/merge-1\n`);
    expect(repository.read('verify.log', repository.root)).toBe('# project\n');
  });

  test('passes although untracked and ignored files were written', async () => {
    const repository = makeRepository();
    repository.commit({ '.gitignore': 'dist/\n' });
    const commands = ['mkdir dist && touch dist/a untracked.txt && touch README.md'];
    expect(await verify(verifying(repository, commands))).toEqual({ kind: 'passed' });
  });

  test('fails by the first exit code that is not 0, with the end of the log', async () => {
    const repository = makeRepository();
    const answer = await verify(
      verifying(repository, ['true', 'echo 1 test failed >&2; exit 3', 'touch ../not-reached']),
    );
    expect(answer).toEqual({
      kind: 'failed',
      part: 'verification',
      command: 'echo 1 test failed >&2; exit 3',
      reason: expect.stringMatching(/exited with 3 on [0-9a-f]{8}$/),
      log: '1 test failed\n',
    });
    expect(existsSync(path.join(repository.root, 'not-reached'))).toBe(false);
  });

  test('a long log is cut at the start of a line', async () => {
    const repository = makeRepository();
    const answer = await verify(
      verifying(repository, ['i=0; while [ $i -lt 2000 ]; do echo "line $i"; i=$((i+1)); done; exit 1']),
    );
    if (answer.kind !== 'failed') throw new Error(answer.kind);
    expect(answer.log.length).toBeLessThanOrEqual(8_000);
    expect(answer.log).toMatch(/^line \d+\n/);
    expect(answer.log).toMatch(/line 1999\n$/);
  });
});

describe('what a command is expected to print', () => {
  const PASSED = '[1-9]\\d* passed';
  const checked = (commands: readonly string[], expects = PASSED) => {
    const repository = makeRepository();
    const checks = commands.map((command, index) =>
      index === commands.length - 1 ? { ...check(command), expect: expects } : check(command),
    );
    return verify({ ...verifying(repository, []), checks });
  };

  test.each(['echo "12 passed"', 'echo "3 passed" >&2', `printf '\\033[32m1\\033[39m passed'`])(
    '%s: that it ran a test',
    async (command) => {
      expect(await checked([command])).toEqual({ kind: 'passed' });
      expect(await checked(['echo no line end', command])).toEqual({ kind: 'passed' });
    },
  );

  test('no test is no pass, and what another command printed counts for nothing', async () => {
    const answer = await checked(['echo 12 passed', 'echo 0 passed']);
    expect(answer).toEqual({
      kind: 'failed',
      part: 'verification',
      command: 'echo 0 passed',
      reason: expect.stringMatching(
        /exited with 0 on [0-9a-f]{8}, but printed nothing that \/.* passed\/ expects$/,
      ),
      log: '0 passed\n',
    });
    expect(await checked(['true'])).toMatchObject({ kind: 'failed' });
  });

  test('an expression that takes too long says nothing about the commit', async () => {
    const endless = `printf '%s!' ${'a'.repeat(40)}`;
    expect(await checked([endless], '^(a+)+$')).toMatchObject({
      kind: 'couldNotRun',
      reason: expect.stringContaining('500 ms'),
    });
  });
});

test.each([
  [126, 'a program could not be executed'],
  [127, 'a program was not found'],
  [134, 'a program aborted, maybe out of memory'],
  [137, 'a program was killed, maybe out of memory'],
])('exit code %i has failed like any other, and is explained', async (code, meaning) => {
  const repository = makeRepository();
  expect(await verify(verifying(repository, [`exit ${code}`]))).toMatchObject({
    kind: 'failed',
    reason: expect.stringContaining(`exited with ${code} (${meaning}) on `),
  });
});

test('what a command left running has ended before the next one begins', async () => {
  const repository = makeRepository();
  // One that has ended may still be listed, as a zombie, until its parent asks how it ended.
  const gone = 'case "$(ps -o stat= -p $(cat ../pid))" in ""|Z*) ;; *) exit 1 ;; esac';
  const commands = ['sleep 600 & echo $! > ../pid', gone];
  expect(await verify(verifying(repository, commands))).toEqual({ kind: 'passed' });
});

describe('verification that could not run says nothing about the commit', () => {
  test('killed by a signal', async () => {
    const repository = makeRepository();
    expect(await verify(verifying(repository, ['kill -9 $$']))).toMatchObject({
      kind: 'couldNotRun',
      reason: expect.stringContaining('SIGKILL'),
    });
  });

  test('past its time limit', async () => {
    const repository = makeRepository();
    const answer = await verify({ ...verifying(repository, ['sleep 600']), timeLimit: 50 });
    expect(answer).toMatchObject({ kind: 'outOfTime', reason: expect.stringContaining('time limit') });
  });

  test('a program that is not there', async () => {
    const repository = makeRepository();
    expect(await verify(verifying(repository, [['no-such-program-anywhere']]))).toMatchObject({
      kind: 'couldNotRun',
      reason: expect.stringContaining('could not be started'),
    });
  });

  test('stopped: before and while it runs', async () => {
    const repository = makeRepository();
    const abort = new AbortController();
    const fifo = path.join(repository.root, 'fifo');
    execFileSync('mkfifo', [fifo]);
    const running = verifying(repository, [`echo started > ${fifo}; sleep 600`]);
    const answer = verify({ ...running, signal: abort.signal });
    expect(await readFile(fifo, 'utf8')).toBe('started\n'); // it runs
    abort.abort();
    expect(await answer).toEqual({ kind: 'stopped' });
    expect(await verify({ ...running, signal: abort.signal })).toEqual({ kind: 'stopped' });
  });
});

describe('a verification that changes what it verifies has failed', () => {
  test.each([
    ['a commit', 'git commit --quiet --allow-empty -m moved'],
    ['another checkout', 'git checkout --quiet --detach HEAD~1'],
    ['a branch on the same commit', 'git switch --quiet --create elsewhere'],
  ])('moved HEAD: %s', async (_, command) => {
    const repository = makeRepository();
    repository.commit({ 'a.txt': 'a\n' });
    expect(await verify(verifying(repository, [command]))).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('moved HEAD'),
    });
  });

  test.each([
    ['edited', 'echo >> "a b.txt"', 'a b.txt'],
    ['deleted', 'rm größe.txt', 'größe.txt'],
    ['staged', 'echo >> "a b.txt"; git add .', 'a b.txt'],
    ['renamed', 'git mv "a b.txt" moved.txt', 'a b.txt, moved.txt'],
    ['made executable', 'chmod +x größe.txt', 'größe.txt'],
    ['added', 'touch new.txt; git add new.txt', 'new.txt'],
  ])('changed tracked files: %s', async (_, command, files) => {
    const repository = makeRepository();
    repository.commit({ 'a b.txt': 'a\n', 'größe.txt': 'x\n' });
    expect(await verify(verifying(repository, [command]))).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining(`changed tracked files (${files})`),
    });
  });
});

test('a digest names the commands, their order, their form and the set-up', () => {
  const digests = [
    checksDigest(['a', 'b'].map(check), []),
    checksDigest(['b', 'a'].map(check), []),
    checksDigest(['a b'].map(check), []),
    checksDigest([['a', 'b']].map(check), []),
    checksDigest(['a'].map(check), ['b']),
    checksDigest([], ['a', 'b']),
  ];
  expect(new Set(digests).size).toBe(digests.length);
  expect(checksDigest(['a', 'b'].map(check), [])).toBe(digests[0]);
});
