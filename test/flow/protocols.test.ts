// Agents that speak a protocol, in whole runs: ACP from the runner to the agent, MCP from the agent back to us.

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { marked } from '../support/marked.ts';
import { leftovers, makeProject, NOTHING_LEFT, type TestProject } from '../support/project.ts';
import { until } from '../support/until.ts';

const AGENT = path.resolve(import.meta.dirname, '../support/acpAgent.ts');

/** @param way of the agent, or a shell's expression that gives it */
async function withAcp(way: string, coder: object = {}, others: object = {}): Promise<TestProject> {
  // Its last word names its process among those of other tests.
  const command = ['sh', '-c', `exec '${process.execPath}' '${AGENT}' ${way} "$ACP_SAW"`];
  const project = await makeProject({
    config: { coders: { default: { agent: 'acp', command, timeLimit: '60s', ...coder }, ...others } },
  });
  project.environment.ACP_SAW = sawFile(project);
  return project;
}

const sawFile = (project: TestProject) => path.join(project.outside, 'saw');

const saw = (project: TestProject) =>
  readFileSync(sawFile(project), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

async function add(project: TestProject): Promise<string> {
  return (await project.json(['tasks', 'add', 'Say hello'])).id;
}

test('an agent over ACP: its work lands, and its events are kept as those of others', async () => {
  const project = await withAcp('works', { model: 'large' });
  const id = await add(project);
  const ran = await project.run('run', '--runners', '1');
  expect(ran.code, ran.err).toBe(0);
  expect(project.git('show', 'main:hello.txt')).toBe('hello');
  const [seen] = saw(project);
  expect(seen).toMatchObject({ model: 'large', cwd: expect.stringContaining('runner-1') });
  expect(seen.brief).toContain('# Say hello');
  expect(seen.brief).toContain('MCP server "steroids"');
  const [attempt] = (await project.json(['tasks', 'show', id])).attempts;
  const events = readFileSync(attempt.log.replace(/log$/, 'jsonl'), 'utf8').trim().split('\n');
  expect(events.map((line) => JSON.parse(line).type)).toContain('called');
  expect(leftovers(project)).toEqual(NOTHING_LEFT);
});

test('what it says by the tools that it is given reaches the inbox and the history', async () => {
  const project = await withAcp('asks');
  const id = await add(project);
  const ran = await project.run('run', '--runners', '1');
  expect(ran.code, ran.err).toBe(3);
  const letters = await project.json(['inbox']);
  expect(letters).toMatchObject([
    { kind: 'question', text: 'Which greeting?' },
    { kind: 'follow-up', text: expect.stringContaining('Name the greeting') },
  ]);
  const shown = await project.run('tasks', 'show', id);
  expect(shown.out).toContain('noted: The greeting is not named.');
});

test('mcp: false gives it none, and its brief names none', async () => {
  const project = await withAcp('works', { mcp: false });
  await add(project);
  expect((await project.run('run', '--runners', '1')).code).toBe(0);
  expect(saw(project)[0].mcpServers).toEqual([]);
  expect(saw(project)[0].brief).not.toContain('MCP');
});

test('a runner that is killed leaves its agent to the next one, which ends it and begins again', async () => {
  const project = await withAcp('$([ -e "$ACP_SAW" ] && echo works || echo hangs)');
  const id = await add(project);
  const killed = project.start('run', '--runners', '1');
  await until(() => existsSync(sawFile(project)));
  killed.kill('SIGKILL');
  await killed;
  expect(marked(sawFile(project))).toHaveLength(1);
  const ran = await project.run('run', '--runners', '1');
  expect(ran.code, ran.err).toBe(0);
  expect(saw(project)).toHaveLength(2);
  expect(marked(sawFile(project))).toEqual([]);
  expect(await project.json(['tasks', 'show', id])).toMatchObject({ status: 'completed' });
});

test('one that is not logged in is held, and another command is not', async () => {
  const other = { agent: 'acp', command: [process.execPath, AGENT, 'works'] };
  const project = await withAcp('login', { fallback: ['other'] }, { other });
  await add(project);
  expect((await project.run('run', '--runners', '1')).code).toBe(0);
  const [first, second] = await project.json(['coders', 'list']);
  expect(first).toMatchObject({ agent: 'acp', hold: { kind: 'login' }, instead: 'other' });
  expect(second).toMatchObject({ agent: 'acp', hold: null, installed: true });
  expect(project.git('show', 'main:hello.txt')).toBe('hello');
});

test.each([
  [{ command: undefined }, 'needs the command that starts it, like [gemini, --acp]'],
  [{ command: ['no-such-agent'] }, 'no-such-agent was not found on PATH'],
  [{ agent: undefined, mcp: false }, 'coder "default" is a command, and mcp is for agents'],
  [{ mcp: 'no' }, 'coders.default.mcp'],
])('%j is refused in one sentence', async (coder, sentence) => {
  const project = await makeProject();
  const config = { version: 1, coders: { default: { agent: 'acp', command: ['sh'], ...coder } } };
  project.write('.steroids/config.yaml', JSON.stringify(config));
  project.commit('Configure');
  const ran = await project.run('run');
  expect(ran).toMatchObject({ code: 2, out: '' });
  expect(ran.err).toContain(sentence);
});
