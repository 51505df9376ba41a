// Touches every package, so its section is exclusive. It comes last, and tells what landed before it.

import { execFileSync } from 'node:child_process';
import { commit, git, write } from '../workbench.mjs';

export default function change() {
  const flags = ['--workspaces', '--include-workspace-root', '--no-git-tag-version'];
  execFileSync('npm', ['version', '1.1.0', ...flags], { stdio: 'inherit' });
  const since = git('log', '-1', '--format=%H', '--', '.steroids/config.yaml');
  const news = git('log', '--reverse', '--format=- %s', `${since}..main`);
  write('CHANGELOG.md', `# 1.1.0\n\n${news}\n`);
  commit('Release version 1.1.0');
}
