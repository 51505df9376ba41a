// `steroids acp` with a real process on the other side, and what its preset makes of the events.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { acpAgent } from '../../src/coder/agents/acp.ts';
import { judgeRun, sumUsage } from '../../src/coder/agents/judge.ts';
import { readSaid } from '../../src/coder/agents/read.ts';
import { GROUP } from '../../src/process/containment.ts';
import { readStat } from '../../src/process/identity.ts';
import { work } from '../../src/process/work.ts';
import { temporaryFolder } from '../support/folder.ts';

const AGENT = path.resolve(import.meta.dirname, '../support/acpAgent.ts');
const SELF = [process.execPath, path.resolve(import.meta.dirname, '../../bin/steroids.js')];

async function play(
  way: string,
  also: {
    readonly program?: string;
    readonly model?: string;
    readonly tools?: readonly string[];
    readonly timeLimit?: number;
  } = {},
) {
  const base = temporaryFolder();
  const folder = path.join(base, 'worktree');
  mkdirSync(folder);
  const environment = { PATH: process.env.PATH ?? '', HOME: base, ACP_SAW: path.join(base, 'saw') };
  const git = (...words: string[]) =>
    execFileSync('git', words, { cwd: folder, env: { ...environment, ...IDENTITY }, encoding: 'utf8' });
  git('init', '-q');
  const agent = acpAgent([also.program ?? process.execPath, AGENT]);
  const { command } = agent.start({
    model: also.model ?? null,
    args: [way],
    worktree: folder,
    gitFolders: [path.join(folder, '.git')],
    home: base,
    self: SELF,
    readOnly: false,
    tools: also.tools ?? null,
  });
  const transcript = path.join(base, 'said.jsonl');
  const log = path.join(base, 'log');
  const worked = await work(command, {
    cwd: folder,
    environment: { ...environment, ...IDENTITY },
    input: 'The brief, --help\n',
    log,
    output: { file: transcript, limit: 1_000_000 },
    timeLimit: also.timeLimit ?? 30_000,
    signal: new AbortController().signal,
    containment: GROUP,
  });
  const said = await readSaid(agent, transcript);
  const saw = () => JSON.parse(readFileSync(environment.ACP_SAW, 'utf8'));
  const judged = judgeRun(said, worked);
  return { base, folder, worked, said, judged, saw, git, log: readFileSync(log, 'utf8') };
}

const IDENTITY = {
  GIT_AUTHOR_NAME: 'Coder',
  GIT_AUTHOR_EMAIL: 'coder@example.org',
  GIT_COMMITTER_NAME: 'Coder',
  GIT_COMMITTER_EMAIL: 'coder@example.org',
};

test('a run that edits and commits: its messages, calls, files, usage and result', async () => {
  const tools = ['node', 'bin', 'mcp', '--task=k3j9'];
  const { said, judged, saw, git, folder, base } = await play('works', { model: 'large', tools });
  expect(judged).toEqual({ kind: 'done', text: 'All done.' });
  expect(git('log', '--format=%s').trim()).toBe('Say hello');
  expect(saw()).toEqual({
    pid: expect.any(Number),
    brief: 'The brief, --help\n',
    model: 'large',
    cwd: folder,
    mcpServers: [{ name: 'steroids', command: 'node', args: tools.slice(1), env: [] }],
  });
  const calls = said.flatMap((one) => (one.kind === 'tool' ? [one.same] : []));
  expect(new Set(calls).size).toBe(calls.length); // none repeats another
  expect(said.map((one) => (one.kind === 'tool' ? { ...one, same: '' } : one))).toEqual([
    { kind: 'message', text: 'I write ', piece: true },
    { kind: 'message', text: 'the file.', piece: true },
    { kind: 'tool', name: 'edit', about: `Write ${folder}/hello.txt`, same: '' },
    { kind: 'changed', path: `${folder}/hello.txt` },
    // What is refused is not in the worktree.
    { kind: 'tool', name: 'refused', about: `${base}/outside.txt`, same: '' },
    { kind: 'tool', name: 'edit', about: `Write ${base}/outside.txt`, same: '' },
    { kind: 'tool', name: 'execute', about: 'git add hello.txt && git commit -qm "Say hello"', same: '' },
    { kind: 'message', text: 'All ', piece: true },
    { kind: 'message', text: 'done.', piece: true },
    expect.objectContaining({ kind: 'usage' }),
    { kind: 'result', ok: true, text: '' },
  ]);
  expect(existsSync(path.join(base, 'outside.txt'))).toBe(false);
  expect(sumUsage(said)).toEqual({
    input: 20,
    output: 8,
    cacheRead: 2,
    cacheWrite: 0,
    cost: 0.5,
    total: true,
  });
});

test.each([
  ['refuses', { kind: 'limited', limit: { kind: 'refusal' } }],
  ['long', { kind: 'failed', reason: /most tokens/ }],
  ['cancelled', { kind: 'failed', reason: /cancelled/ }],
  ['limited', { kind: 'limited', limit: { kind: 'rate' } }],
  ['login', { kind: 'limited', limit: { kind: 'login' } }],
  ['mute', { kind: 'failed', reason: /without having done anything/ }],
  ['breaks', { kind: 'failed', reason: /it exited with 7 before it had answered/ }],
  ['dies', { kind: 'failed', reason: /it exited with 3 before it had answered/ }],
  ['old', { kind: 'failed', reason: /version 0 of the protocol, not 1/ }],
])('%s', async (way, expected) => {
  const { reason, ...rest } = expected as { readonly reason?: RegExp };
  const { judged } = await play(way);
  expect(judged).toMatchObject(rest);
  if (reason) expect(judged.kind === 'done' ? '' : judged.reason).toMatch(reason);
});

test('a line that is none of the protocol is passed over', async () => {
  expect((await play('no-agent')).judged.kind).toBe('done');
});

test('a model that it does not have, and a choice that it does not give', async () => {
  expect((await play('works', { model: 'huge' })).judged).toMatchObject({
    kind: 'limited',
    limit: { kind: 'model' },
    reason: expect.stringContaining('unknown model huge: it has small, large'),
  });
  expect((await play('one-model', { model: 'huge' })).judged).toMatchObject({
    kind: 'failed',
    reason: expect.stringContaining('it lets no model be chosen: name huge in its command'),
  });
});

test('its time limit ends it, and what it started', async () => {
  const { worked, judged, saw } = await play('hangs', { timeLimit: 3_000 });
  expect(readStat(saw().pid)).toBeUndefined();
  expect(worked.kind).toBe('timedOut');
  expect(judged.kind).toBe('failed');
});

test('a program that cannot be started', async () => {
  expect((await play('works', { program: '/nowhere/agent' })).judged).toMatchObject({
    kind: 'failed',
    reason: expect.stringContaining('it could not be started (spawn /nowhere/agent ENOENT)'),
  });
});

/** What real agents sent: test/agents/run.ts made the fixtures. */
describe.each(['gemini-acp', 'opencode-acp', 'qwen-acp'])('%s', (name) => {
  const agent = acpAgent('agent --acp');
  const replay = async (scene: string) => {
    const file = path.resolve(import.meta.dirname, `../fixtures/agents/${name}/${scene}.jsonl`);
    const { worked } = JSON.parse(readFileSync(file, 'utf8').trim().split('\n').at(-1) ?? '');
    const said = await readSaid(agent, file);
    return { said, judged: judgeRun(said, worked) };
  };

  test('a run that edits a file and commits it', async () => {
    const { said, judged } = await replay('edits');
    expect(judged).toEqual({ kind: 'done', text: 'Everything is done, and committed.' });
    expect(said).toContainEqual({ kind: 'changed', path: '/worktree/hello.txt' });
    const about = said.flatMap((one) => (one.kind === 'tool' ? [one.about] : []));
    expect(about).toContainEqual(expect.stringContaining('git commit -qm'));
  });

  test('a key that is not valid', async () => {
    expect((await replay('401')).judged).toMatchObject({ kind: 'limited', limit: { kind: 'login' } });
  });

  test('a connection that breaks', async () => {
    expect((await replay('cut')).judged.kind).toBe('failed');
  });
});

test('says nothing about what it does not know', () => {
  const agent = acpAgent('agent --acp');
  const types = ['update', 'call', 'called', 'permission', 'error', 'end', 'agent', 'brand_new'];
  for (const type of types)
    for (const value of [null, 1, [], {}, 'x'])
      expect(() =>
        agent.read({ type, update: value, call: value, outside: value, usage: value, text: value }),
      ).not.toThrow();
  expect(agent.read({ type: 'brand_new' })).toEqual([]);
});
