import assert from 'node:assert/strict';
import test from 'node:test';
import { total } from '../src/basket.js';

test('a basket costs the sum of its lines', () => {
  const basket = [
    { name: 'Rye bread', cents: 420, count: 2 },
    { name: 'Pretzel', cents: 110, count: 3 },
  ];
  assert.equal(total(basket), 1170);
});

test('an empty basket costs nothing', () => {
  assert.equal(total([]), 0);
});
