import assert from 'node:assert/strict';
import test from 'node:test';
import { basketPage } from '../src/basketPage.js';

test('the page shows the lines and what they cost', () => {
  const page = basketPage([{ name: 'Rye bread', cents: 420, count: 2 }]);
  assert.match(page, /<li>2 × Rye bread<\/li>/);
  assert.match(page, /<p>8\.40<\/p>/);
});
