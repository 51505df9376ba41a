// Ends in earnest while it waits for the store's lock: node waitInWrite.ts FILE

import { setTimeout as sleep } from 'node:timers/promises';
import { makePipe } from '../../src/process/pipe.ts';
import { openStore } from '../../src/store/open.ts';

const [file = ''] = process.argv.slice(2);
const store = await openStore({ file, now: Date.now, newId: () => 'id', sleep: (ms) => sleep(ms), makePipe });
void store.write(async () => {});
setImmediate(() => process.exit(7)); // it reads the pipe by then
