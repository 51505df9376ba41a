// How what discovery found wrong is told: its place once.

import { expect, test } from 'vitest';
import { warningText } from '../../../src/cli/structure/warnings.ts';

test.each([
  ['apps/a/package.json', 'It is no JSON.', 'apps/a/package.json: It is no JSON.'],
  ['pom.xml', 'pom.xml:1:1: not XML: x.', 'pom.xml:1:1: not XML: x.'],
  ['go.mod', 'go.mod has no module: add one.', 'go.mod has no module: add one.'],
  ['', 'It is too large.', '.: It is too large.'],
  ['api', 'api-types is missing.', 'api: api-types is missing.'],
])('%s', (path, sentence, text) => {
  expect(warningText({ path, sentence })).toBe(text);
});
