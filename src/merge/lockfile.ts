// Making a lockfile anew from the manifests beside it: one command a lockfile, which runs no script of any package.

import path from 'node:path';
import type { Environment } from '../process/environment.ts';
import type { Command } from '../process/work.ts';

export interface Remaking {
  readonly program: string;
  readonly command: Command;
  /** Where it is run, from the root of the worktree. */
  readonly folder: string;
  readonly environment: Environment;
  /** It installs too: what it left has to be set up again. */
  readonly installs: boolean;
}

/**
 * @param file path of a lockfile
 * @param text what stands in it: the two yarns write different ones of the same name
 */
export function remakingOf(file: string, text: string): Remaking {
  const at = { folder: path.posix.dirname(file), environment: {}, installs: false };
  switch (path.posix.basename(file)) {
    case 'pnpm-lock.yaml':
      // In CI it would refuse to change it. And where it fits the manifests, pnpm would not look whether it fits together.
      return {
        ...at,
        ...run(
          'pnpm install --lockfile-only --ignore-scripts --no-frozen-lockfile --no-prefer-frozen-lockfile',
        ),
      };
    case 'bun.lock':
      return { ...at, ...run('bun install --lockfile-only --ignore-scripts') };
    case 'yarn.lock':
      if (/^__metadata:/m.test(text)) {
        const environment = {
          YARN_ENABLE_SCRIPTS: 'false',
          YARN_ENABLE_IMMUTABLE_INSTALLS: 'false',
          YARN_ENABLE_TELEMETRY: 'false',
        };
        return { ...at, ...run('yarn install --mode=update-lockfile'), environment };
      }
      // Classic yarn writes none without installing.
      return {
        ...at,
        ...run('yarn install --ignore-scripts --non-interactive'),
        installs: true,
      };
    default:
      return { ...at, ...run('npm install --package-lock-only --ignore-scripts --no-audit --no-fund') };
  }
}

function run(text: string): Pick<Remaking, 'program' | 'command'> {
  const command = text.split(' ');
  return { command, program: command[0] ?? '' };
}

/**
 * What each tool says when the manifests do not go together, or the lockfile itself not, whatever the network does. That a package cannot be found is
 * not among these: a registry says so too of what it shows only to who is signed in.
 */
const UNRESOLVABLE = [
  // The code of what it ended for: ERESOLVE is also a warning on the way to another error.
  /^npm (?:error|ERR!) code (ERESOLVE|ETARGET|EJSONPARSE|EINVALID\w+|EUNSUPPORTEDPROTOCOL|EDUPLICATEWORKSPACE|EOVERRIDE)$/m,
  /\b(ERR_PNPM_(?:NO_MATCHING_VERSION\w*|PEER_DEP_ISSUES|WORKSPACE_PKG_NOT_FOUND|SPEC_NOT_SUPPORTED_BY_ANY_RESOLVER|JSON_PARSE|LOCKFILE_MISSING_DEPENDENCY))\b/,
  /(No candidates found|Workspace not found|Couldn't find any versions for|No version matching)/,
];

/** @param log what the tool said @returns its words for it, or undefined when it may be anybody's fault */
export function unresolvable(log: string): string | undefined {
  for (const pattern of UNRESOLVABLE) {
    const said = pattern.exec(log)?.[1];
    if (said !== undefined) return said;
  }
  return undefined;
}
