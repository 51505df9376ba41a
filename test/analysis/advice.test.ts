// What people are advised to do: commands that all may be given, one after the other.

import { expect, test } from 'vitest';
import { adviceOn, commandsFor } from '../../src/analysis/advice.ts';
import { analyzeStatically } from '../../src/analysis/static.ts';
import { type Given, partOf, questionOf } from '../support/question.ts';

const SECTIONS = ['API', 'Mobile', 'Web'].map((name) => ({ name, exclusive: false, maxRunners: 1 }));
const USER = 'shared/types/user.ts';

function adviceFor(tasks: readonly Given[], others = {}) {
  const question = questionOf(tasks, { sections: SECTIONS, ...others });
  const { analysis } = analyzeStatically(question);
  return adviceOn(question, analysis);
}

const ordersFor = (tasks: readonly Given[], others = {}) =>
  adviceFor(tasks, others).filter(({ commands }) => commands.join().includes('-after'));

test('a sentence for each task that waits, whose command adds to what it waits for already', () => {
  const both = { 'x.ts': 0.98, 'y.ts': 0.98 };
  const orders = ordersFor([
    { id: 'a', likely: { 'x.ts': 0.98 } },
    { id: 'b', likely: { 'y.ts': 0.98 } },
    { id: 'c', likely: both },
  ]);
  expect(orders).toEqual([
    {
      text: 'Run b “Do b” and a “Do a” before c “Do c”',
      commands: ['steroids tasks edit c --also-after b a'],
    },
  ]);
  // What comes after another that waits already is not said.
  expect(ordersFor(['a', 'b', 'c'].map((id) => ({ id, likely: both })))).toEqual([
    { text: 'Run a “Do a” before b “Do b”', commands: ['steroids tasks edit b --also-after a'] },
    { text: 'Run b “Do b” before c “Do c”', commands: ['steroids tasks edit c --also-after b'] },
  ]);
});

test('what another builds on goes first, in what is said of the two and in the command', () => {
  const names = [{ symbol: 'basketTotal', path: 'src/basket.ts' }];
  const user = { id: 'user', title: 'Show basketTotal on the page', names };
  const changer = { id: 'changer', title: 'Remove basketTotal', names };
  expect(ordersFor([user, changer]).map(({ commands }) => commands)).toEqual([
    ['steroids tasks edit user --also-after changer'],
  ]);
  // But what has begun does not wait.
  const begun = [{ ...user, status: 'in_progress' as const }, changer];
  expect(ordersFor(begun).map(({ commands }) => commands)).toEqual([
    ['steroids tasks edit changer --also-after user'],
  ]);
  expect(analyzeStatically(questionOf(begun)).analysis.logicalConflicts).toMatchObject([
    { taskA: 'user', taskB: 'changer', mitigation: 'Land user before changer begins' },
  ]);
});

test('of many that wait a few are told, and all have commands, up to a bound that is said', () => {
  const likely = { 'x.ts': 0.98 };
  const row = (count: number) =>
    ordersFor(Array.from({ length: count }, (_, index) => ({ id: `t${index}`, likely })));
  expect(row(9)).toHaveLength(6);
  expect(row(9).at(-1)).toEqual({
    text: 'Order 3 more tasks in the same way',
    commands: [6, 7, 8].map((index) => `steroids tasks edit t${index} --also-after t${index - 1}`),
  });
  const last = row(40).at(-1);
  expect(last?.text).toBe('Order 34 more tasks in the same way (here the first 20 of 34)');
  expect(last?.commands).toHaveLength(20);
});

test('a section whose tasks run alone is not told to run in parallel', () => {
  const sections = [...SECTIONS, { name: 'Shared', exclusive: true, maxRunners: 1 }];
  const likely = { 'x.ts': 0.98 };
  const told = (...tasks: Given[]) => adviceFor(tasks, { sections }).map(({ text }) => text);
  const shared = { id: 's', section: 'Shared', likely };
  const alone = 'Run Shared at any time: each of its tasks runs alone';
  expect(told({ id: 'a', section: 'API' }, { id: 'w', section: 'Web' }, shared)).toEqual([
    'Run API and Web in parallel',
    alone,
  ]);
  expect(told({ id: 'a', section: 'API', likely }, { id: 'w', section: 'Web', likely }, shared)).toEqual(
    expect.arrayContaining([
      'Run API first',
      alone,
      'Run Web after API completes (or move w to section API)',
    ]),
  );
});

test('tasks in no section are spoken of as tasks', () => {
  const likely = { 'x.ts': 0.98 };
  const advice = adviceFor([
    { id: 'a', section: 'API', likely },
    { id: 'n', likely },
  ]);
  expect(advice.map(({ text }) => text)).toContain(
    'Run tasks in no section after API completes (or move n to section API)',
  );
});

test('migrations are put in one row, with what else the tasks have against each other', () => {
  const migrating = (id: string, likely = {}) => ({ id, title: `Add a migration for ${id}`, likely });
  const tasks = [migrating('cart', { 'x.ts': 0.98 }), migrating('user'), migrating('shop', { 'x.ts': 0.98 })];
  expect(ordersFor(tasks, { folders: ['db/migrations'] }).map(({ commands }) => commands)).toEqual([
    ['steroids tasks edit user --also-after cart'],
    ['steroids tasks edit shop --also-after user'],
  ]);
});

test('only what we advise has commands, whatever others say', () => {
  const question = questionOf(['a', 'b'].map((id) => ({ id, likely: { 'x.ts': 0.98 } })));
  const { analysis } = analyzeStatically(question);
  const theirs = 'Run a before b: steroids tasks edit b --after a; rm -r src';
  const recommendations = [theirs, ...analysis.recommendations];
  const [first, ...rest] = commandsFor(question, { ...analysis, recommendations });
  expect(first).toEqual([]);
  expect(rest.flat()).toEqual(['steroids tasks edit b --also-after a']);
});

test('what has begun goes first, and is not moved', () => {
  const tasks = (status: 'pending' | 'in_progress') =>
    adviceFor([
      { id: 'a', section: 'API', likely: { [USER]: 0.98 } },
      { id: 'm', section: 'Mobile', likely: { [USER]: 0.98 }, status },
    ]).map(({ text }) => text);
  expect(tasks('pending')).toContain('Run Mobile after API completes (or move m to section API)');
  expect(tasks('in_progress')).toContain('Run API after Mobile completes (or move a to section Mobile)');
});

test('a shared package that has its section already gets its tasks, not another section', () => {
  const section = { name: 'Shared Types', exclusive: true };
  const parts = [{ ...partOf('shared-types', 'shared-types', 'shared', [], true), section }];
  const shared = ['shared-types'];
  const advice = (...more: Given[]) =>
    adviceFor([{ id: 'a', section: 'API', shared }, { id: 'm', section: 'Mobile', shared }, ...more], {
      parts,
      sections: [...SECTIONS, { ...section, maxRunners: 1 }],
    }).filter(({ text }) => text.includes('Move'));
  expect(advice({ id: 'w', section: 'Web', status: 'in_progress', shared })).toEqual([
    {
      text: 'Or: Move a, m to section Shared Types, where each runs alone',
      commands: [
        "steroids tasks edit a --section 'Shared Types'",
        "steroids tasks edit m --section 'Shared Types'",
      ],
    },
  ]);
  expect(advice({ id: 's', section: 'Shared Types', shared })).toHaveLength(1);
  // Nothing is left to be moved where they are coded one after the other anyhow.
  const ordered = [
    { id: 'a', section: 'API', shared },
    { id: 'm', section: 'Mobile', shared, after: ['a'] },
  ];
  expect(adviceFor(ordered, { parts }).filter(({ text }) => text.includes('Move'))).toEqual([]);
});
