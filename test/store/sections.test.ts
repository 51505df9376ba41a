// Sections, as they are stored.

import { expect, test } from 'vitest';
import { listBareSections, listSections } from '../../src/store/sections.ts';
import { addSection, openTestStore } from '../support/store.ts';

test('are listed in the order in which they were made, also within one millisecond', async () => {
  const { store } = await openTestStore();
  const names = ['Web', 'API', 'Über uns', 'Docs'];
  for (const name of names) await addSection(store, { name });
  expect((await listSections(store.db)).map(({ name }) => name)).toEqual(names);
  expect((await listBareSections(store.db)).map(({ name }) => name)).toEqual(names);
});
