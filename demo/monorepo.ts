// Builds the repository that the demo works on: the files in monorepo/, a small history, and a configuration.

import { cpSync, mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { execute, git, npm, steroids } from './commands.ts';

const TEMPLATE = path.join(import.meta.dirname, 'monorepo');

const MIRA = 'Mira Holm <mira@bakery.example>';
const JONAS = 'Jonas Brandt <jonas@bakery.example>';
const AISHA = 'Aisha Rahman <aisha@bakery.example>';

const HISTORY = [
  {
    day: 1,
    author: MIRA,
    message: 'Begin with an empty monorepo',
    paths: ['package.json', '.npmrc', '.gitignore'],
  },
  { day: 2, author: MIRA, message: 'Count money and baskets in cents', paths: ['packages/core'] },
  { day: 4, author: JONAS, message: 'Take orders', paths: ['packages/api'] },
  { day: 8, author: AISHA, message: 'Show a basket as a page', paths: ['packages/web'] },
  { day: 9, author: JONAS, message: 'Build every package into dist/', paths: ['tools', 'package-lock.json'] },
  { day: 9, author: AISHA, message: 'Say what is where', paths: ['README.md'] },
] as const;

/** @returns its path; it stays when the demo has ended */
export function buildMonorepo(): string {
  const home = mkdtempSync(path.join(realpathSync(os.tmpdir()), 'steroids-demo-'));
  const repository = path.join(home, 'bakery');
  cpSync(TEMPLATE, repository, { recursive: true });
  git(repository, 'init', '--quiet', '--initial-branch=main');
  git(repository, 'config', 'user.name', 'Mira Holm');
  git(repository, 'config', 'user.email', 'mira@bakery.example');
  npm(repository, 'install');
  for (const { day, author, message, paths } of HISTORY) commit(repository, day, author, message, paths);
  writeConfig(repository);
  steroids(repository, ['init', '--commit']);
  return repository;
}

function commit(
  repository: string,
  day: number,
  author: string,
  message: string,
  paths: readonly string[],
): void {
  const [, name = '', email = ''] = /^(.*) <(.*)>$/.exec(author) ?? [];
  const date = `2026-01-${String(day).padStart(2, '0')}T09:00:00Z`;
  git(repository, 'add', '--', ...paths);
  execute(repository, 'git', ['commit', '--quiet', '--message', message], {
    environment: {
      GIT_AUTHOR_NAME: name,
      GIT_AUTHOR_EMAIL: email,
      GIT_AUTHOR_DATE: date,
      GIT_COMMITTER_NAME: name,
      GIT_COMMITTER_EMAIL: email,
      GIT_COMMITTER_DATE: date,
    },
  });
}

/** The scripts stand outside the repository: no change of a coder's can reach the coder, or the reviewer. */
function writeConfig(repository: string): void {
  const script = (name: string) => JSON.stringify(path.join(import.meta.dirname, name));
  mkdirSync(path.join(repository, '.steroids'));
  writeFileSync(
    path.join(repository, '.steroids', 'config.yaml'),
    `version: 1
main: main

coder: scripted
coders:
  scripted:
    command: [node, ${script('coder.mjs')}]
    timeLimit: 5m
    author: Scripted Coder <coder@bakery.example>

reviewer: strict
reviewers:
  strict:
    command: [node, ${script('reviewer.mjs')}]
    timeLimit: 1m

worktrees:
  setup: [npm ci]

merge:
  verify: [npm test]
`,
  );
}
