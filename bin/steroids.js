#!/usr/bin/env node
// Plain old JavaScript without dependencies: it must run, and speak, on any Node.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import module from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const [major, minor] = process.versions.node.split('.').map(Number);

if (process.argv[2] === '--version' && process.argv.length === 3) {
  console.log(JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')).version);
} else if (major > 22 || (major === 22 && minor >= 22)) {
  start();
} else {
  startPinned();
}

function start() {
  const entry = path.join(root, 'dist', 'main.js');
  if (!existsSync(entry)) {
    stop(`steroids is not built: ${entry} is missing. Run: npm ci && npm run build`);
    return;
  }
  // The cache lies in the user's own folder: a shared one under /tmp could be filled by someone else.
  const cache = process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache');
  module.enableCompileCache?.(path.join(cache, 'steroids', 'compile'));
  import(entry).then((main) => main.start());
}

/** better-sqlite3 crashes the process on a Node that is too old, so this is decided before it is loaded. */
function startPinned() {
  const bin = path.join(root, 'node_modules', '.bin', 'node');
  if (!existsSync(bin)) {
    stop(
      `steroids needs Node 22.22 or newer, and this is ${process.versions.node} (${process.execPath}). Install a newer Node.`,
    );
    return;
  }
  const child = spawn(bin, process.argv.slice(1), { stdio: 'inherit' });
  // A terminal sends Ctrl-C to both; the child decides when to end, and this one waits for it.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => stop(`cannot start ${bin}: ${error.message}`));
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (os.constants.signals[signal] ?? 0);
  });
}

function stop(sentence) {
  console.error(sentence);
  process.exitCode = 2;
}
