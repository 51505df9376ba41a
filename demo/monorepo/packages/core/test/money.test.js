import assert from 'node:assert/strict';
import test from 'node:test';
import { formatPrice } from '../src/money.js';

test('a price has two digits of cents', () => {
  assert.equal(formatPrice(1250), '12.50');
  assert.equal(formatPrice(5), '0.05');
});
