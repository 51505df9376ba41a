import { expect, test } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.ts';

test('help of whatever takes an argument has an example of it', () => {
  const entries = COMMANDS.flatMap((one) =>
    'verbs' in one ? one.verbs.map((verb) => [one.name, verb] as const) : [],
  );
  const without = entries.filter(([, { usage, examples }]) => /[<[]/.test(usage) && !examples?.length);
  expect(without.map(([noun, { usage }]) => `${noun} ${usage}`)).toEqual([]);
});
