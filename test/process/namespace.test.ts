import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { findContainment } from '../../src/process/containment.ts';
import { endGroup } from '../../src/process/group.ts';
import { identify, isAlive, type ProcessIdentity } from '../../src/process/identity.ts';
import { hasNamespaces, NAMESPACE } from '../support/containment.ts';
import { temporaryFolder } from '../support/folder.ts';
import { marked } from '../support/marked.ts';
import { until } from '../support/until.ts';
import { workplaceIn } from '../support/workplace.ts';

const PATH = process.env.PATH ?? '';

const place = () => workplaceIn(NAMESPACE);

/** A length of sleep, in seconds, that nobody else sleeps: a mark that is found in a process's arguments. */
let marks = 0;
const newMark = () => `${100_000_000 + process.pid * 100 + marks++}`;

/** Leaves the session and the group, and is nobody's child when this ends. */
const daemon = (mark: string, trap = ':') =>
  `setsid sh -c '(${trap}; exec sleep ${mark}) </dev/null >/dev/null 2>&1 & exit' \n`;

const inNamespace = describe.skipIf(!hasNamespaces);

inNamespace('a command in a process namespace', () => {
  test.each([0, 1, 127, 137, 255])('exits with %i as it would elsewhere', async (code) => {
    expect(await place().run(`exit ${code}`)).toEqual({ kind: 'exited', code });
  });

  test.each(['SIGKILL', 'SIGSEGV', 'SIGTERM', 'SIGPIPE'])('is ended by %s as elsewhere', async (signal) => {
    expect(await place().run(`kill -${signal.slice(3)} $$`)).toEqual({ kind: 'killed', signal });
  });

  test('that is not there was never started', async () => {
    const { folder, run, logged } = place();
    writeFileSync(path.join(folder, 'script'), '#!/bin/sh\n', { mode: 0o644 });
    expect(await run(['./none', 'x'])).toEqual({ kind: 'notStarted', reason: './none ENOENT' });
    expect(await run(['./script'])).toEqual({ kind: 'notStarted', reason: './script EACCES' });
    expect(await run(['true'], { cwd: '/no/such/folder' })).toMatchObject({ kind: 'notStarted' });
    expect(logged()).toBe('');
  });

  test('in a namespace that cannot be made was never started', async () => {
    const containment = { kind: 'namespace', wrapper: ['sh', '-c', 'exit 3'], environment: {} } as const;
    expect(await place().run('touch made', { containment })).toEqual({
      kind: 'notStarted',
      reason: expect.stringContaining('exit code 3'),
    });
  });

  test('that would not be the first process there is not run: its signals would reach others', async () => {
    const { folder, run } = place();
    // A shell is the first.
    const wrapper = [
      ...(NAMESPACE.kind === 'namespace' ? NAMESPACE.wrapper : []),
      'sh',
      '-c',
      '"$0" "$@"; exit $?',
    ];
    const containment = { kind: 'namespace', wrapper, environment: {} } as const;
    const made = path.join(folder, 'made');
    expect(await run(['touch', made], { containment })).toMatchObject({ kind: 'notStarted' });
    expect(() => readFileSync(made)).toThrow('ENOENT');
  });

  test('has its folder, its user, this environment, its input and its log', async () => {
    const { folder, run, logged } = place();
    const environment = { PATH, LC_ALL: 'xx_YY.UTF-8', PERL5LIB: '/a=b', LANG: 'de_DE.UTF-8', EMPTY: '' };
    await run(
      'pwd; id -u; id -g; env | grep -v -e ^PWD= -e ^OLDPWD= -e ^SHLVL= -e ^_= | sort; cat; echo err >&2',
      {
        environment,
        input: 'ä'.repeat(100_000),
      },
    );
    const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
    const ids = [process.getuid?.(), process.getgid?.()];
    expect(logged()).toBe([folder, ...ids, ...variables.sort(), `${'ä'.repeat(100_000)}err`, ''].join('\n'));
  });

  test('has no locale of ours when none is given', async () => {
    const { run, logged } = place();
    await run('env | grep ^LC_ALL= || echo none');
    expect(logged()).toBe('none\n');
  });

  test('has no descriptor on which it could say how it ended', async () => {
    const { run, logged } = place();
    await run('(echo "ended 0" >&3) 2>/dev/null || echo closed; exit 3');
    expect(logged()).toBe('closed\n');
  });

  test('finds its own processes, and nobody else', async () => {
    const { run, logged } = place();
    await run('kill -0 $$ && [ -d /proc/$$ ] && cat /proc/$$/comm; ls -d /proc/[0-9]* | wc -l');
    const [command, count] = logged().trim().split('\n');
    expect(command).toBe('sh');
    expect(Number(count)).toBeLessThanOrEqual(5);
  });

  test('takes a daemon that left its group and session along when it ends', async () => {
    const mark = newMark();
    const { run, logged } = place();
    const worked = await run(
      `${daemon(mark)}while ! ps -eo args | grep -q "^sleep ${mark}"; do sleep 0.01; done; ps -eo ppid,args`,
    );
    expect(worked).toEqual({ kind: 'exited', code: 0 });
    expect(logged()).toMatch(new RegExp(`^ +1 sleep ${mark}$`, 'm'));
    expect(marked(mark)).toEqual([]);
  });

  test('lets what it leaves behind end by itself', async () => {
    const { folder, run } = place();
    const handled = path.join(folder, 'handled');
    await run(
      `setsid sh -c 'trap "echo . > ${handled}; exit" TERM; touch ready; while :; do sleep 0.01; done' &
      while [ ! -f ready ]; do sleep 0.01; done`,
    );
    expect(readFileSync(handled, 'utf8')).toBe('.\n');
  });

  test.each(['stopped', 'timedOut'] as const)('%s, takes along what ignores SIGTERM', async (kind) => {
    const mark = newMark();
    const { run } = place();
    const stopping = new AbortController();
    let worker: ProcessIdentity | undefined;
    const running = run(`trap '' TERM; ${daemon(mark, "trap '' TERM".replaceAll("'", '"'))} sleep ${mark}`, {
      signal: stopping.signal,
      timeLimit: kind === 'timedOut' ? 500 : 3_600_000,
      started: async (pid) => {
        worker = identify(pid);
        await until(() => marked(mark).length >= 2);
      },
    });
    if (kind === 'stopped') {
      await until(() => marked(mark).length >= 2);
      stopping.abort();
    }
    expect(await running).toMatchObject({ kind });
    expect(marked(mark)).toEqual([]);
    expect(worker && isAlive(worker)).toBe('dead');
  });

  test('is told once to end, and may do so in its own time', async () => {
    const { folder, run, logged } = place();
    const stopping = new AbortController();
    // Perl, because a shell answers to many signals once.
    const program = `$| = 1; $SIG{TERM} = sub { print "told\n" }; open F, '>', 'ready';
      for (1 .. 20) { select undef, undef, undef, 0.05 } print "ended\n"`;
    const running = run(['perl', '-e', program], { signal: stopping.signal });
    await until(() => existsSync(path.join(folder, 'ready')));
    stopping.abort();
    expect(await running).toEqual({ kind: 'stopped' });
    expect(logged()).toBe('told\nended\n');
  });

  test('ends with the group that another process finds in the store', async () => {
    const mark = newMark();
    const { run } = place();
    let group = 0;
    const running = run(`${daemon(mark)} sleep ${mark}`, {
      started: async (pid) => {
        group = pid;
      },
    });
    await until(() => marked(mark).length >= 2);
    await endGroup(group);
    expect(marked(mark)).toEqual([]);
    await running;
  });

  test('ends when its wrapper is killed', async () => {
    const mark = newMark();
    const { run } = place();
    const worked = await run(`${daemon(mark)} sleep ${mark}`, {
      started: async (pid) => {
        await until(() => marked(mark).length >= 2);
        process.kill(pid, 'SIGKILL');
      },
    });
    expect(worked).toEqual({ kind: 'killed', signal: 'SIGKILL' });
    expect(marked(mark)).toEqual([]);
  });
});

test('where there is no unshare, a process group has to do', async () => {
  expect(await findContainment({ PATH: temporaryFolder() })).toEqual({ kind: 'group' });
});
