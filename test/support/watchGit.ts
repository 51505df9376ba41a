// Git, watched: each call is written down, and a script may run before some of them.

import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { execaSync } from 'execa';
import type { TestProject } from './project.ts';

export interface WatchedGit {
  /** The calls since the last time, with their arguments. */
  calls(): string[];
  /** Runs a shell script before the next call of that subcommand; the real git is `$REAL_GIT`. */
  before(subcommand: string, script: string): void;
}

/** Every git that `steroids` starts in this project from now on. */
export function watchGit(project: TestProject): WatchedGit {
  const real = execaSync('sh', ['-c', 'command -v git']).stdout;
  const folder = path.join(project.outside, 'watched');
  const log = path.join(folder, 'calls');
  mkdirSync(folder);
  writeFileSync(
    path.join(folder, 'git'),
    `#!/bin/sh
REAL_GIT='${real}'
echo "$*" >> '${log}'
for word; do
  script='${folder}/before-'"$word"
  if [ -f "$script" ]; then mv "$script" "$script.now"; . "$script.now"; fi
done
exec "$REAL_GIT" "$@"
`,
  );
  chmodSync(path.join(folder, 'git'), 0o755);
  project.environment.PATH = `${folder}:${project.environment.PATH}`;
  return {
    calls() {
      const text = existsSync(log) ? readFileSync(log, 'utf8') : '';
      rmSync(log, { force: true });
      return text.split('\n').filter(Boolean);
    },
    before: (subcommand, script) => writeFileSync(path.join(folder, `before-${subcommand}`), script),
  };
}
