// npm run test:model -- [--minutes N] [--seed N]: sequences of forty happenings, one after the other, until the time is over.

import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { play, sequences } from './play.ts';

const { values } = parseArgs({ options: { minutes: { type: 'string' }, seed: { type: 'string' } } });
const until = Date.now() + Number(values.minutes ?? 10) * 60_000;
let seed = Number(values.seed ?? Date.now() % 1_000_000);
let steps = 0;
let runs = 0;

for (; Date.now() < until; seed++) {
  let played: string[] = [];
  const property = fc.asyncProperty(sequences(40), async (commands) => {
    played = [...commands].map(String);
    await play(commands);
  });
  const checked = await fc.check(property, { seed, numRuns: 1, endOnFailure: true });
  steps += played.length;
  runs++;
  if (checked.failed) {
    console.log(
      `seed ${seed} breaks a promise:\n  ${played.join('\n  ')}\n${(checked.errorInstance as Error)?.message}`,
    );
    process.exitCode = 1;
  }
}
console.log(`${runs} sequences, ${steps} steps`);
