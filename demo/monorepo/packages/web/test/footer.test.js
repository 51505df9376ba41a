import assert from 'node:assert/strict';
import test from 'node:test';
import { footer } from '../src/footer.js';

test('the footer names the bakery', () => {
  assert.match(footer(), /The corner bakery/);
});
