// The MCP server that agents are given: the real program, spoken with by the SDK's client.

import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterEach, expect, test } from 'vitest';
import { readAnswer } from '../../src/coder/answer.ts';
import { temporaryFolder } from '../support/folder.ts';

const BIN = path.resolve(import.meta.dirname, '../../bin/steroids.js');

const clients: Client[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
});

/** With nothing of ours in its environment: agents hand on little. */
async function connect() {
  const folder = temporaryFolder();
  const brief = path.join(folder, 'brief.md');
  const answer = path.join(folder, 'answer.json');
  writeFileSync(brief, '# Say hello\n');
  const client = new Client({ name: 'test', version: '1' });
  clients.push(client);
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [BIN, 'mcp', '--task=k3j9', `--brief=${brief}`, `--answer=${answer}`],
      env: { HOME: folder },
      cwd: folder,
    }),
  );
  return { client, brief, answer };
}

async function call(client: Client, name: string, input: Record<string, unknown> = {}) {
  const result = await client.callTool({ name, arguments: input });
  const [content] = result.content as readonly { readonly text?: string }[];
  return { text: content?.text ?? '', isError: result.isError === true };
}

test('the task is read from the file that the runner wrote', async () => {
  const { client, answer } = await connect();
  expect(await call(client, 'read_task')).toEqual({ text: '# Say hello\n', isError: false });
  expect(existsSync(answer)).toBe(false);
});

test.each([
  ['submit', {}, { outcome: 'done' }],
  ['ask', { question: 'Which?' }, { outcome: 'blocked', question: 'Which?' }],
  [
    'already_done',
    { commits: ['0123abc'], reason: 'There.' },
    { outcome: 'already-done', commits: ['0123abc'], reason: 'There.' },
  ],
  ['nothing_to_do', { reason: 'Fine.' }, { outcome: 'nothing-to-do', reason: 'Fine.' }],
  ['dispute', { reason: 'Wrong.' }, { outcome: 'dispute', reason: 'Wrong.' }],
  ['note', { text: 'Look.' }, { outcome: 'done', notes: ['Look.'] }],
  [
    'propose_follow_up',
    { title: 'Rename it', spec: 'Everywhere.' },
    { outcome: 'done', followUps: [{ title: 'Rename it', spec: 'Everywhere.', paths: [] }] },
  ],
])('%s writes what the file of a command would say', async (tool, input, said) => {
  const { client, answer } = await connect();
  expect((await call(client, tool, input)).isError).toBe(false);
  expect(await readAnswer(answer)).toEqual({
    kind: 'answer',
    answer: { followUps: [], notes: [], ...said },
  });
});

test('the last outcome holds; what is proposed and noted at once stays beside it', async () => {
  const { client, answer } = await connect();
  const titles = Array.from({ length: 8 }, (_, index) => `Task ${index}`);
  await Promise.all(titles.map((title) => call(client, 'propose_follow_up', { title })));
  await call(client, 'ask', { question: 'Which?' });
  await call(client, 'note', { text: 'Look.' });
  await call(client, 'nothing_to_do', { reason: 'Fine.' });
  const read = await readAnswer(answer);
  expect(read).toMatchObject({ answer: { outcome: 'nothing-to-do', reason: 'Fine.', notes: ['Look.'] } });
  expect(read.kind === 'answer' && read.answer.followUps.map(({ title }) => title)).toEqual(titles);
});

test.each([
  ['ask', { question: '  ' }, 'it is empty'],
  ['ask', {}, 'question'],
  ['already_done', { commits: ['--all'], reason: 'x' }, 'a commit’s hash'],
  ['propose_follow_up', { title: 'two\nlines' }, 'a title is one line'],
  ['submit', { status: 'completed' }, 'status'],
])('%s %j is told what is wrong, and writes nothing', async (tool, input, wrong) => {
  const { client, answer } = await connect();
  const called = await call(client, tool, input);
  expect(called.isError).toBe(true);
  expect(called.text).toContain(wrong);
  expect(existsSync(answer)).toBe(false);
});

test('the limits of the file are those of the tools', async () => {
  const { client, answer } = await connect();
  for (let index = 0; index < 20; index++) await call(client, 'note', { text: `Note ${index}` });
  expect(await call(client, 'note', { text: 'one more' })).toMatchObject({ isError: true });
  const spec = 'x'.repeat(50_000);
  await call(client, 'propose_follow_up', { title: 'Long', spec });
  const before = readFileSync(answer, 'utf8');
  expect(await call(client, 'propose_follow_up', { title: 'Longer', spec })).toEqual({
    text: 'Nothing was written: it is longer than 100 kB.',
    isError: true,
  });
  expect(readFileSync(answer, 'utf8')).toBe(before);
});

test('an answer that cannot be read is left as it is', async () => {
  const { client, answer } = await connect();
  writeFileSync(answer, '{"outcome": ');
  expect((await call(client, 'submit')).text).toContain('Nothing was written: it is not JSON');
  expect(readFileSync(answer, 'utf8')).toBe('{"outcome": ');
});

test('a brief that is gone is told by its name', async () => {
  const { client, brief } = await connect();
  rmSync(brief);
  const text = `The brief is gone: there is no file ${brief}.`;
  expect(await call(client, 'read_task')).toEqual({ text, isError: true });
});
