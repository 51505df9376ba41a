// Stops itself in the middle of a write: node stopInWrite.ts FILE

import { setTimeout as sleep } from 'node:timers/promises';
import { setMeta } from '../../src/store/meta.ts';
import { openStore } from '../../src/store/open.ts';

const [file = ''] = process.argv.slice(2);
const store = await openStore({ file, now: Date.now, newId: () => 'id', sleep: (ms) => sleep(ms) });
await store.write(async (trx) => {
  await setMeta(trx, 'main', 'half written');
  process.stdout.write('writing\n');
  process.kill(process.pid, 'SIGSTOP');
});
