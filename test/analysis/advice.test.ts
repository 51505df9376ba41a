// What people are advised to do: commands that all may be given, one after the other.

import { expect, test } from 'vitest';
import { analyzeStatically } from '../../src/analysis/static.ts';
import { type Given, partOf, questionOf } from '../support/question.ts';

const SECTIONS = ['API', 'Mobile', 'Web'].map((name) => ({ name, exclusive: false, maxRunners: 1 }));
const USER = 'shared/types/user.ts';

const adviceOn = (tasks: readonly Given[], others = {}) =>
  analyzeStatically(questionOf(tasks, { sections: SECTIONS, ...others })).analysis.recommendations;

test('one command for each task that waits: a second --after would undo the first', () => {
  const both = { 'x.ts': 0.98, 'y.ts': 0.98 };
  const orders = adviceOn([
    { id: 'a', likely: { 'x.ts': 0.98 } },
    { id: 'b', likely: { 'y.ts': 0.98 } },
    { id: 'c', likely: both },
  ]).filter((sentence) => sentence.includes('--after'));
  expect(orders).toEqual(['Run b “Do b” and a “Do a” before c “Do c”: steroids tasks edit c --after b a']);
  // What comes after another that waits already is not said.
  const row = adviceOn(['a', 'b', 'c'].map((id) => ({ id, likely: both })));
  expect(row.filter((sentence) => sentence.includes('--after'))).toEqual([
    'Run a “Do a” before b “Do b”: steroids tasks edit b --after a',
    'Run b “Do b” before c “Do c”: steroids tasks edit c --after b',
  ]);
});

test('what has begun is not moved', () => {
  const tasks = (status: 'pending' | 'in_progress') =>
    adviceOn([
      { id: 'a', section: 'API', likely: { [USER]: 0.98 } },
      { id: 'm', section: 'Mobile', likely: { [USER]: 0.98 }, status },
    ]);
  expect(tasks('pending')).toContain('Run Mobile after API completes (or move m to section API)');
  expect(tasks('in_progress')).toContain('Run Mobile after API completes');
});

test('a shared package that has its section already gets its tasks, not another section', () => {
  const section = { name: 'Shared Types', exclusive: true };
  const parts = [{ ...partOf('shared-types', 'shared-types', 'shared', [], true), section }];
  const shared = ['shared-types'];
  const advice = (...more: Given[]) =>
    adviceOn([{ id: 'a', section: 'API', shared }, { id: 'm', section: 'Mobile', shared }, ...more], {
      parts,
      sections: [...SECTIONS, { ...section, maxRunners: 1 }],
    }).filter((sentence) => sentence.includes('Move'));
  expect(advice({ id: 'w', section: 'Web', status: 'in_progress', shared })).toEqual([
    "Or: Move a, m to section Shared Types, where each runs alone: steroids tasks edit a --section 'Shared Types', and so with m",
  ]);
  expect(advice({ id: 's', section: 'Shared Types', shared })).toHaveLength(1);
  // Nothing is left to be moved where they are coded one after the other anyhow.
  const ordered = [
    { id: 'a', section: 'API', shared },
    { id: 'm', section: 'Mobile', shared, after: ['a'] },
  ];
  expect(adviceOn(ordered, { parts }).filter((sentence) => sentence.includes('Move'))).toEqual([]);
});
