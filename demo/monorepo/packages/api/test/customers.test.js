import assert from 'node:assert/strict';
import test from 'node:test';
import { nameProblem } from '../src/customers.js';

test('a name is a text', () => {
  assert.equal(nameProblem('Mia'), undefined);
  assert.equal(nameProblem(7), 'a name is a text');
});
