// Puts an agent from the npm registry into a cache folder outside the checkout, once for each version.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Real } from './table.ts';

const CACHE = path.join(
  process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'),
  'steroids',
  'agents',
);

/** @returns the folder that its program is in */
export function install({ program, package: name, version }: Real): string {
  const folder = path.join(CACHE, `${program}-${version}`);
  const bin = path.join(folder, 'node_modules', '.bin');
  if (existsSync(path.join(bin, program))) return bin;
  // Under another name first: an interrupted installation is not taken for a whole one.
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  writeFileSync(path.join(partial, 'package.json'), '{"private": true}\n');
  // Some fetch their program, or link it, in an install script; a .npmrc may forbid those.
  const options = ['--ignore-scripts=false', '--no-audit', '--no-fund', '--loglevel=error'];
  execFileSync('npm', ['install', ...options, `${name}@${version}`], {
    cwd: partial,
    stdio: ['ignore', 2, 2],
  });
  rmSync(folder, { recursive: true, force: true });
  renameSync(partial, folder);
  return bin;
}
