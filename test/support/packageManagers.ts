// Package managers that make lockfiles, run for real: each where its program is on PATH.

import { execa } from 'execa';
import type { TestContext } from 'vitest';
import { temporaryFolder } from './folder.ts';

export interface Tool {
  readonly program: string;
  readonly version: RegExp;
  readonly lockfile: string;
  /** Makes the first one. */
  readonly install: string;
  /** Refuses a lockfile that does not fit the manifest. */
  readonly frozen: string;
  /** A package at a version, as the lockfile says it. */
  readonly pinned: (name: string, version: string) => RegExp;
}

export const TOOLS: Readonly<Record<string, Tool>> = {
  npm: {
    program: 'npm',
    version: /./,
    lockfile: 'package-lock.json',
    install: 'npm install --package-lock-only --ignore-scripts',
    frozen: 'npm ci --ignore-scripts',
    pinned: (name, version) => new RegExp(`node_modules/${name}": \\{\\s+"version": "${version}"`),
  },
  pnpm: {
    program: 'pnpm',
    version: /./,
    lockfile: 'pnpm-lock.yaml',
    install: 'pnpm install --lockfile-only --ignore-scripts',
    frozen: 'pnpm install --frozen-lockfile --ignore-scripts',
    pinned: (name, version) => new RegExp(`^  ${name}@${version}:`, 'm'),
  },
  'yarn 1': {
    program: 'yarn',
    version: /^1\./,
    lockfile: 'yarn.lock',
    install: 'yarn install --ignore-scripts',
    frozen: 'yarn install --frozen-lockfile --ignore-scripts',
    pinned: (name, version) => new RegExp(`^${name}@\\S+:\\n  version "${version}"`, 'm'),
  },
  'yarn 2 and later': {
    program: 'yarn',
    version: /^[^1]/,
    lockfile: 'yarn.lock',
    install: 'yarn install --mode=update-lockfile',
    frozen: 'yarn install --immutable --mode=skip-build',
    pinned: (name, version) => new RegExp(`^"${name}@npm:\\S+":\\n  version: ${version}`, 'm'),
  },
  bun: {
    program: 'bun',
    version: /./,
    lockfile: 'bun.lock',
    install: 'bun install --lockfile-only --ignore-scripts',
    frozen: 'bun install --frozen-lockfile --ignore-scripts',
    pinned: (name, version) => new RegExp(`"(?:\\S+/)?${name}": \\["${name}@${version}"`),
  },
};

/** Files by which each of them asks this registry, and no other. */
export const settings = (url: string): Readonly<Record<string, string>> => ({
  '.npmrc': `registry=${url}\n`,
  '.yarnrc': `registry "${url}"\n`,
  // Else it does not ask again for some minutes.
  'bunfig.toml': '[install.cache]\ndisableManifest = true\n',
  '.yarnrc.yml': `npmRegistryServer: "${url}"\nunsafeHttpWhitelist: ["127.0.0.1"]\nenableGlobalCache: false\nnodeLinker: node-modules\nnpmMinimalAgeGate: 0\n`,
});

/** A program that is missing is a test that is skipped, and says so. */
export async function unlessMissing(context: TestContext, { program, version }: Tool): Promise<void> {
  const told = await execa(program, ['--version'], { cwd: temporaryFolder('tool-'), reject: false });
  if (told.exitCode !== 0) context.skip(`${program} is not on PATH`);
  if (!version.test(told.stdout)) context.skip(`${program} on PATH is ${told.stdout}`);
}
