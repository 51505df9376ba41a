// What each agent goes through, against the stub.

import type { Judged } from '../../src/coder/agents/judge.ts';
import type { Script } from './stub.ts';
import type { Real } from './table.ts';

export interface Scene {
  readonly name: string;
  readonly script: (real: Real, worktree: string) => Script;
  readonly model?: string;
  /** What it is to have said back, by a tool of ours; it is given those only in such a scene. */
  readonly answer?: object;
  readonly expected: (judged: Judged) => boolean;
  /** Started as a reviewer: what it is told to write and run does not happen. */
  readonly readOnly?: true;
  /** Milliseconds: agents try again for as long as they like. */
  readonly timeLimit?: number;
}

export const FILE = 'hello.txt';
const QUESTION = 'Which greeting?';
const TEXT = 'Hello from the stub.\n';

const VERDICT = '{"decision": "approve", "reason": "good"}';

const done: Script['turns'] = [{ text: 'Everything is done, and committed.' }];

const limitedBy = (kind: string) => (judged: Judged) =>
  judged.kind === 'limited' && judged.limit.kind === kind;

export const SCENES: readonly Scene[] = [
  {
    name: 'edits',
    script: ({ write, run }, worktree) => ({
      turns: [
        { text: 'I write the file.', calls: [write(FILE, TEXT, worktree)] },
        { text: 'I commit it.', calls: [run(`git add ${FILE} && git commit -qm "Say hello"`)] },
        ...done,
      ],
    }),
    expected: (judged) => judged.kind === 'done' && judged.text === 'Everything is done, and committed.',
  },
  {
    name: 'reviews',
    script: ({ write, run }, worktree) => ({
      turns: [
        { text: 'I write the file.', calls: [write(FILE, TEXT, worktree)] },
        { text: 'I run a command.', calls: [run(`echo hello > ${FILE}`)] },
        { text: VERDICT },
      ],
    }),
    readOnly: true,
    expected: (judged) => judged.kind === 'done' && judged.text === VERDICT,
  },
  {
    name: 'tools',
    script: ({ ours }) => ({
      turns: [
        { text: 'I look.', calls: ours ? [ours('read_task', {})] : [] },
        { text: 'I ask.', calls: ours ? [ours('ask', { question: QUESTION })] : [] },
        ...done,
      ],
    }),
    expected: ({ kind }) => kind === 'done',
    answer: { outcome: 'blocked', question: QUESTION, followUps: [], notes: [] },
  },
  {
    name: '401',
    script: () => ({ turns: done, always: { kind: 'status', status: 401 } }),
    expected: limitedBy('login'),
  },
  {
    name: '429',
    script: () => ({ turns: done, always: { kind: 'status', status: 429, retryAfter: 1 } }),
    expected: limitedBy('rate'),
    timeLimit: 60_000,
  },
  {
    name: 'model',
    script: () => ({ turns: done, always: { kind: 'status', status: 404 } }),
    model: 'no-such-model',
    expected: limitedBy('model'),
  },
  {
    name: 'refusal',
    script: () => ({ turns: [{ text: '', refusal: true }] }),
    expected: ({ kind }) => kind !== 'done',
  },
  {
    name: '529',
    script: () => ({ turns: done, always: { kind: 'status', status: 529 } }),
    expected: limitedBy('overloaded'),
    timeLimit: 60_000,
  },
  {
    name: 'cut',
    script: () => ({ turns: done, always: { kind: 'cut' } }),
    expected: ({ kind }) => kind !== 'done',
    timeLimit: 60_000,
  },
];
