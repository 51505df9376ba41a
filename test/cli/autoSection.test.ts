import { expect, test } from 'vitest';
import { choicesOf, suggestionLines } from '../../src/cli/tasks/autoSection.ts';
import type { Route, RoutedFile } from '../../src/structure/route.ts';

const api = { id: 's1', name: 'API', paths: ['apps/api/**'], exclusive: false };
const types = { id: 's2', name: 'Shared Types', paths: ['packages/shared-types/**'], exclusive: true };
const ui = { id: 's3', name: 'UI Components', paths: ['packages/ui/**'], exclusive: true };

const file = (path: string, shared: string | null = null): RoutedFile => ({
  path,
  shared,
  why: 'history',
  score: 0.5,
});

const ROUTE: Route = {
  section: api,
  reason: 'Task mentions "endpoint", likely modifies apps/api/',
  paths: ['apps/api/**'],
  files: [
    file('apps/api/src/routes/auth.ts'),
    file('apps/api/src/middleware/auth.ts'),
    file('packages/shared-types/src/user.ts', 'shared-types'),
  ],
  shared: [
    {
      key: 'shared-types',
      section: types,
      paths: ['packages/shared-types/**'],
      affects: ['Admin Dashboard', 'Mobile App'],
    },
  ],
  alternatives: [],
  warnings: [],
};

const told = (route: Route) => suggestionLines(route, choicesOf(route, false)).join('\n');

test('a suggestion is drawn as the specification draws it', () => {
  expect(told(ROUTE)).toBe(`📁 Suggested Section: API
   Reason: Task mentions "endpoint", likely modifies apps/api/

   Files likely affected:
   • apps/api/src/routes/auth.ts
   • apps/api/src/middleware/auth.ts
   • packages/shared-types/src/user.ts (SHARED!)

   ⚠️  This task touches shared-types, which affects:
   • Admin Dashboard
   • Mobile App

   Options:
   [1] Add to API section (run when shared-types is free)
   [2] Add to Shared Types section (exclusive)
   [3] Specify section manually`);
});

test('the first choice touches the section and what is shared, the second only what is its own', () => {
  const [first, second, third] = choicesOf(ROUTE, false);
  expect(first).toMatchObject({ section: api, paths: ['apps/api/**', 'packages/shared-types/**'] });
  expect(second).toMatchObject({ section: types, paths: [] });
  expect(third).toMatchObject({ kind: 'manual' });
});

test('what touches nothing shared has no paths but those that were given', () => {
  const choices = choicesOf({ ...ROUTE, shared: [] }, false);
  expect(choices.map(({ text, paths }) => [text, paths])).toEqual([
    ['Add to API section', []],
    ['Specify section manually', []],
  ]);
});

test('a shared section that is the suggested one is offered once', () => {
  const texts = choicesOf({ ...ROUTE, section: types, paths: types.paths }, false).map(({ text }) => text);
  expect(texts).toEqual(['Add to Shared Types section (exclusive)', 'Specify section manually']);
});

test('each shared section is offered; what has none is waited for where zones keep tasks apart', () => {
  const icons = { key: 'icons', section: null, paths: ['packages/icons/**'], affects: [] };
  const components = { key: 'ui', section: ui, paths: ui.paths, affects: ['Web'] };
  const route = { ...ROUTE, shared: [...ROUTE.shared, components, icons] };
  const [first, ...others] = choicesOf(route, true);
  expect(first?.text).toBe('Add to API section (run when shared-types, ui, icons are free)');
  expect(first?.paths).toEqual([
    'apps/api/**',
    'packages/shared-types/**',
    'packages/ui/**',
    'packages/icons/**',
  ]);
  expect(others.map(({ text }) => text)).toEqual([
    'Add to Shared Types section (exclusive)',
    'Add to UI Components section (exclusive)',
    'Specify section manually',
  ]);
  // An exclusive section is waited for without zones, too.
  expect(choicesOf(route, false)[0]).toMatchObject({
    text: 'Add to API section (run when shared-types, ui are free)',
    paths: first?.paths,
  });
  expect(choicesOf({ ...ROUTE, shared: [icons] }, false)[0]?.text).toBe('Add to API section');
});

test('without a section the first choice is none, and no file is said to be none', () => {
  const none = {
    ...ROUTE,
    section: null,
    reason: 'There are no sections yet',
    paths: [],
    files: [],
    shared: [],
  };
  expect(told(none)).toBe(`📁 No section suggested
   Reason: There are no sections yet

   Files likely affected: none is likely enough to be named

   Options:
   [1] Add without a section
   [2] Specify section manually`);
});

test('nothing in names moves the cursor or makes a line', () => {
  const evil = 'a\u001b[2K\r\n\u202e\u2028b';
  const text = told({
    ...ROUTE,
    section: { ...api, name: evil },
    reason: evil,
    files: [file(evil, evil)],
    shared: [{ key: evil, section: { ...types, name: evil }, paths: [evil], affects: [evil] }],
  });
  for (const char of ['\u001b', '\r', '\u202e', '\u2028']) expect(text).not.toContain(char);
  expect(text.split('\n')).toHaveLength(13);
});
