// Checks who may import whom: the folders' direction, and the one door of each dependency. Type imports count too.
// (The tools that are made for this do not read TypeScript 7 yet: see docs/decisions.md.)

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** What a folder of src may import besides itself and `task`. */
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  task: [],
  failpoint: [],
  disk: ['failpoint'],
  process: ['failpoint'],
  config: ['process'],
  model: [],
  git: ['process', 'disk', 'failpoint'],
  store: ['failpoint'],
  structure: ['config', 'git', 'disk'],
  worktree: ['git', 'process', 'disk', 'config'],
  hooks: ['git', 'disk'],
  coder: ['worktree', 'git', 'process', 'disk', 'config'],
  review: ['worktree', 'git', 'process', 'disk', 'config'],
  merge: ['worktree', 'git', 'process', 'disk', 'config'],
  analysis: ['structure', 'worktree', 'git', 'process', 'disk', 'config'],
  orchestrator: [
    'structure',
    'coder',
    'review',
    'merge',
    'analysis',
    'hooks',
    'structure',
    'worktree',
    'structure',
    'store',
    'git',
    'process',
    'disk',
    'config',
  ],
  cli: [
    'orchestrator',
    'analysis',
    'structure',
    'model',
    'coder',
    'review',
    'merge',
    'analysis',
    'worktree',
    'store',
    'git',
    'process',
    'disk',
    'config',
  ],
  'main.ts': ['cli', 'orchestrator', 'git', 'process'],
};

/** Where a package or a part of Node may be imported; a folder means every file in it. */
const DOORS: Readonly<Record<string, readonly string[]>> = {
  'simple-git': ['git/porcelain.ts'],
  execa: ['process'],
  'node:child_process': ['process'],
  'node:worker_threads': ['store/heartbeat.ts', 'store/heartbeatWorker.ts'],
  'better-sqlite3': ['store/connection.ts', 'store/heartbeatWorker.ts'],
  kysely: ['store'],
  yaml: ['config/yaml.ts'],
  'smol-toml': ['structure/toml.ts'],
  'fast-xml-parser': ['structure/xml.ts'],
  picomatch: ['structure/globs.ts'],
  marked: ['config/taskFile.ts'],
  '@anthropic-ai/sdk': ['model/anthropic.ts'],
  '@modelcontextprotocol/server': ['coder/mcp.ts'],
  '@modelcontextprotocol/server/stdio': ['coder/mcp.ts'],
  '@agentclientprotocol/sdk': ['coder/acp.ts'],
  zod: [
    'config',
    'analysis/conflictAnalysis.ts',
    'coder/answer.ts',
    'coder/mcp.ts',
    'review/verdict.ts',
    'structure/analysis.ts',
    'structure/answerSchema.ts',
    'structure/routeModel.ts',
    'structure/structureFile.ts',
  ],
  chokidar: ['disk/follow.ts'],
  'es-module-lexer': ['structure/node/imports.ts'],
  tmp: ['disk/temp.ts'],
  'node:vm': ['task/trial.ts'],
  yargs: ['cli'],
  'log-update': ['cli/reporter.ts'],
  leven: ['config/near.ts'],
  'string-width': ['cli/table.ts', 'review/history.ts'],
};

const IMPORT = /(?:\bfrom\s+|\bimport\s+|\bimport\(\s*)'([^']+)'/g;

function wrongImports(file: string): string[] {
  const [layer = ''] = file.split('/');
  const allowed = LAYERS[layer];
  if (allowed === undefined) return [`src/${file}: tools/layers.ts does not know the folder ${layer}`];
  const specifiers = [...readFileSync(`src/${file}`, 'utf8').matchAll(IMPORT)].map((match) => match[1] ?? '');
  return specifiers.flatMap((specifier) => {
    if (specifier.startsWith('.')) {
      const [target = ''] = path.posix.join(path.posix.dirname(file), specifier).split('/');
      const fine = target === layer || target === 'task' || allowed.includes(target);
      return fine ? [] : [`src/${file} imports ${specifier}: ${layer} may not import ${target}`];
    }
    const doors = DOORS[specifier];
    if (doors === undefined)
      return specifier.startsWith('node:') ? [] : [`src/${file} imports ${specifier}: its door is not known`];
    const fine = doors.some((door) => file === door || file.startsWith(`${door}/`));
    return fine ? [] : [`src/${file} imports ${specifier}: its door is ${doors.join(', ') || 'closed'}`];
  });
}

const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.ts'),
);
const wrong = files.flatMap((file) => wrongImports(file.replaceAll(path.sep, '/')));
for (const line of wrong) console.error(line);
if (wrong.length > 0) process.exitCode = 1;
