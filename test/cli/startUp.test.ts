// What a command that only looks has to load. Of the built program: `npm test` builds it first.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const DIST = path.join(import.meta.dirname, '../../dist');

/** The packages in a file of the bundle and in all that it imports before it begins. */
function packagesOf(file: string, seen: Set<string> = new Set()): Set<string> {
  const packages = new Set<string>();
  if (seen.has(file)) return packages;
  seen.add(file);
  const text = readFileSync(file, 'utf8');
  for (const [, name = ''] of text.matchAll(/^\/\/ node_modules\/((?:@[^/]+\/)?[^/]+)\//gm))
    packages.add(name);
  for (const [, imported = ''] of text.matchAll(/^(?:import|export)\b[^'"\n;]*"(\.[^"]+)";/gm))
    for (const name of packagesOf(path.resolve(path.dirname(file), imported), seen)) packages.add(name);
  return packages;
}

test.each(['status', 'project'])('%s needs no configuration, and loads none of what reads it', (name) => {
  const chunks = path.join(DIST, 'chunks');
  const entry = readdirSync(chunks).find((file) => new RegExp(`^${name}-\\w+\\.js$`).test(file)) ?? '';
  expect([...packagesOf(path.join(chunks, entry))]).toEqual(['kysely']);
});
