import assert from 'node:assert/strict';
import test from 'node:test';
import { postOrder } from '../src/orders.js';

test('an order knows what it costs', () => {
  const { status, body } = postOrder('Mia', [{ name: 'Pretzel', cents: 110, count: 4 }]);
  assert.equal(status, 201);
  assert.equal(body.cents, 440);
});
