// Moves a checkout and is killed on the way. Arguments: folder, base, next, and after which step to die.

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { holdCheckout } from '../../src/git/checkout.ts';
import { openGit } from '../../src/git/client.ts';
import { toSha } from '../../src/task/ids.ts';

const [folder = '', base = '', next = '', step] = process.argv.slice(2);
const held = await holdCheckout(openGit(folder, process.env), folder, toSha(base), toSha(next));
if (held.kind === 'obstacle') throw new Error(held.reason);
const git = (args: readonly string[], also: Record<string, string> = {}) =>
  execFileSync('git', args, { cwd: folder, env: { ...process.env, ...also } });
git(['update-ref', 'refs/heads/main', next, base]);
const lock = path.join(folder, '.git', 'index.lock');
const text = readFileSync(lock);
if (step === 'files') {
  git(['read-tree', '-m', '-u', base, next], { GIT_INDEX_FILE: path.join(folder, '.git', 'steroids-index') });
}
if (step === 'index') {
  await held.finish();
  writeFileSync(lock, text);
}
process.kill(process.pid, 'SIGKILL');
