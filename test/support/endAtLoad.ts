// A program that ends its heartbeats at the very moment at which their thread loads SQLite, time and again.

import { statSync } from 'node:fs';
import { makeHeart } from '../../src/store/heartbeat.ts';

const [file = '', rounds = ''] = process.argv.slice(2);
const loads = () => statSync(process.env.THREAD_LOADS ?? '').size;
const pause = () => new Promise((resolve) => setImmediate(resolve));

for (let round = 0; round < Number(rounds); round++) {
  const before = loads();
  const heart = makeHeart(file);
  heart.keep({ kind: 'lease', name: 'nobody', token: 1, ttlMs: 1_000 }, () => {});
  while (loads() === before) await pause();
  await heart.stop();
}
console.log(loads());
