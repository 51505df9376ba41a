// A process namespace that sees the file system read-only, but for what is named: made by bubblewrap.

import type { Namespace } from './containment.ts';
import type { Environment } from './environment.ts';

export interface Sandbox {
  /** Where it begins, and may write. */
  readonly folder: string;
  /** What is its `/tmp`, and stands where it was too: the sockets in everybody's would lead out. */
  readonly temp: string;
  /** Seen although it may lie under `/tmp` or `/run`. */
  readonly readable: readonly string[];
  /** Files and folders; each must exist. */
  readonly writable: readonly string[];
  /** Of the writable ones, what stays as it is. */
  readonly frozen: readonly string[];
  readonly network: boolean;
}

/** Name servers, and programs on systems that keep them there. The rest of `/run` is sockets: docker, systemd, D-Bus. */
const OF_RUN = ['/run/systemd/resolve', '/run/NetworkManager', '/run/resolvconf', '/run/current-system'];

/** The home folder is read-only, and package managers would keep their caches there. */
const CACHES: Environment = {
  TMPDIR: '/tmp',
  XDG_CACHE_HOME: '/tmp/.cache',
  npm_config_cache: '/tmp/.cache/npm',
  YARN_CACHE_FOLDER: '/tmp/.cache/yarn',
  PNPM_HOME: '/tmp/.cache/pnpm',
  BUN_INSTALL_CACHE_DIR: '/tmp/.cache/bun',
};

/**
 * Not with `--die-with-parent`: what runs outlives us, as elsewhere, until it is ended by its process group. Nor with
 * `--new-session`, which would leave that.
 */
export function inBubblewrap(sandbox: Sandbox): Namespace {
  const bind = (how: string, paths: readonly string[]) => paths.flatMap((path) => [how, path, path]);
  return {
    kind: 'namespace',
    wrapper: [
      'bwrap',
      ...['--unshare-user', '--unshare-pid', '--unshare-ipc', '--as-pid-1', '--cap-drop', 'ALL'],
      ...(sandbox.network ? [] : ['--unshare-net']),
      ...['--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc', '--tmpfs', '/run'],
      ...bind('--ro-bind-try', OF_RUN),
      ...['--bind', sandbox.temp, '/tmp'],
      ...bind('--ro-bind', sandbox.readable),
      ...bind('--bind', [sandbox.temp, sandbox.folder, ...sandbox.writable]),
      ...bind('--ro-bind', sandbox.frozen),
      ...['--chdir', sandbox.folder],
    ],
    environment: CACHES,
  };
}
