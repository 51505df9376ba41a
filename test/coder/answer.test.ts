import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readAnswer } from '../../src/coder/answer.ts';
import { temporaryFolder } from '../support/folder.ts';

const file = () => path.join(temporaryFolder(), 'answer.json');

async function read(contents: string | object) {
  const at = file();
  writeFileSync(at, typeof contents === 'string' ? contents : JSON.stringify(contents));
  return await readAnswer(at);
}

test('no file means that it is done', async () => {
  expect(await readAnswer(file())).toEqual({
    kind: 'answer',
    answer: { outcome: 'done', followUps: [], notes: [] },
  });
});

test.each([
  [{ outcome: 'blocked', question: 'Which one?' }],
  [{ outcome: 'already-done', commits: ['0123abc'], reason: 'It is there.' }],
  [{ outcome: 'nothing-to-do', reason: 'It is fine.' }],
  [{ outcome: 'dispute', reason: 'The test asks for it.' }],
])('%j', async (answer) => {
  expect(await read(answer)).toEqual({ kind: 'answer', answer: { ...answer, followUps: [], notes: [] } });
});

test('tasks are proposed beside any outcome', async () => {
  const followUps = [{ title: ' Rename it ', spec: 'Everywhere.' }];
  expect(await read({ outcome: 'done', followUps })).toEqual({
    kind: 'answer',
    answer: {
      outcome: 'done',
      followUps: [{ title: 'Rename it', spec: 'Everywhere.', paths: [] }],
      notes: [],
    },
  });
});

test.each([
  ['{"outcome": "done"', 'it is not JSON'],
  ['', 'it is not JSON'],
  ['"done"', 'object'],
  [{ outcome: 'approved' }, 'outcome: '],
  [{ outcome: 'blocked' }, 'question: '],
  [{ outcome: 'blocked', question: ' ' }, 'question: it is empty'],
  [{ outcome: 'already-done', commits: ['main'], reason: 'x' }, 'commits.0: a commit’s hash'],
  [{ outcome: 'already-done', commits: ['--all'], reason: 'x' }, 'commits.0: a commit’s hash'],
  [{ outcome: 'done', status: 'completed' }, 'status'],
  [{ outcome: 'done', followUps: [{ title: 'two\nlines' }] }, 'followUps.0.title: a title is one line'],
  [{ outcome: 'done', followUps: Array(21).fill({ title: 'x' }) }, 'followUps: '],
  [{ outcome: 'blocked', question: 'x'.repeat(100_000) }, 'longer than 100 kB'],
])('%j is no answer', async (contents, reason) => {
  expect(await read(contents)).toEqual({ kind: 'unreadable', reason: expect.stringContaining(reason) });
});

test('what a link names is not read', async () => {
  const at = file();
  writeFileSync(`${at}.other`, '{"outcome": "done"}');
  symlinkSync(`${at}.other`, at);
  expect(await readAnswer(at)).toEqual({ kind: 'unreadable', reason: 'it is no plain file' });
  const folder = file();
  mkdirSync(folder);
  expect(await readAnswer(folder)).toEqual({ kind: 'unreadable', reason: 'it is no plain file' });
});
