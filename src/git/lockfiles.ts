// Files of package managers: what people write, and what a tool makes of it.

import path from 'node:path';

/** Written by a tool alone, so that it can be made anew from what stands beside it. */
const LOCKFILES = ['package-lock.json', 'npm-shrinkwrap.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock'];

/** What a lockfile is made from. */
const MANIFESTS = ['package.json', 'pnpm-workspace.yaml'];

export const isLockfile = (file: string) => LOCKFILES.includes(path.posix.basename(file));
export const isManifest = (file: string) => path.posix.basename(file) === 'package.json';
export const isSourceOfLockfile = (file: string) => MANIFESTS.includes(path.posix.basename(file));
