import assert from 'node:assert/strict';
import test from 'node:test';
import { escapeHtml } from '../src/html.js';

test('a text cannot open a tag', () => {
  assert.equal(escapeHtml('Salt & <b>pepper'), 'Salt &amp; &lt;b>pepper');
});
