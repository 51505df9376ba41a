// One agent in one scene: a fresh HOME, a fresh repository with a linked worktree, a stub, the preset's own start.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Said } from '../../src/coder/agents/agent.ts';
import { type Judged, judgeRun } from '../../src/coder/agents/judge.ts';
import { openTranscript } from '../../src/coder/agents/transcript.ts';
import { GROUP } from '../../src/process/containment.ts';
import { type Worked, work } from '../../src/process/work.ts';
import { writeFiles } from './files.ts';
import { FILE, type Scene } from './scenes.ts';
import { type Asked, startStub } from './stub.ts';
import type { Real } from './table.ts';

export interface Played {
  readonly worked: Worked;
  readonly said: readonly Said[];
  readonly judged: Judged;
  readonly log: string;
  /** What the stub was asked, in order. */
  readonly asked: readonly Asked[];
  readonly milliseconds: number;
  readonly wrote: boolean;
  /** What it said back by a tool of ours. */
  readonly answer: unknown;
  readonly commits: number;
  /** Texts of this run alone → what stands for them where it is kept. */
  readonly places: readonly (readonly [string, string])[];
}

/** As on a machine with many runners: an agent that begins before the server is there has none of its tools. */
const SLOW = ['sh', '-c', 'sleep 3; exec "$@"', 'sh'];
const SELF = [process.execPath, path.resolve(import.meta.dirname, '../../bin/steroids.js')];

const BRIEF = '# Say hello\n\nWrite hello.txt and commit it.\n';

/** @param folder empty; everything of this run goes there */
export async function play(real: Real, scene: Scene, bin: string, folder: string): Promise<Played> {
  const home = path.join(folder, 'home');
  const own = path.join(folder, 'own');
  const repository = path.join(folder, 'project');
  const worktree = path.join(folder, 'project.steroids', 'runner-1');
  const environment = plainEnvironment(home, bin);
  mkdirSync(home);
  makeWorktree(repository, worktree, environment);
  const stub = await startStub(scene.script(real, worktree));
  try {
    const setup = real.setup(stub.url);
    const model = scene.model === undefined ? real.model : withModel(real.model, scene.model);
    const brief = path.join(folder, 'brief.md');
    const answer = path.join(folder, 'answer.json');
    writeFileSync(brief, BRIEF);
    const chosen = real.start(model);
    const started = real.agent.start({
      model: chosen.model,
      args: [...setup.args, ...chosen.args],
      worktree,
      gitFolders: [path.join(repository, '.git'), path.join(repository, '.git', 'worktrees', 'runner-1')],
      home: own,
      readOnly: scene.readOnly ?? false,
      self: SELF,
      tools: scene.answer
        ? [...SLOW, ...SELF, 'mcp', '--task=k3j9', `--brief=${brief}`, `--answer=${answer}`]
        : null,
    });
    writeFiles(home, setup.files);
    writeFiles(own, started.files);
    const log = path.join(folder, 'log');
    const begun = Date.now();
    const worked = await work(started.command, {
      cwd: worktree,
      environment: { ...environment, ...setup.environment, ...started.environment },
      input: BRIEF,
      log,
      timeLimit: scene.timeLimit ?? 120_000,
      signal: new AbortController().signal,
      containment: GROUP,
    });
    const said = readLog(log, real);
    return {
      worked,
      said,
      judged: judgeRun(said, worked),
      log,
      asked: stub.asked,
      milliseconds: Date.now() - begun,
      answer: existsSync(answer) ? JSON.parse(readFileSync(answer, 'utf8')) : undefined,
      wrote: existsSync(path.join(worktree, FILE)),
      commits: Number(
        execFileSync('git', ['rev-list', '--count', 'main..task'], { cwd: repository, encoding: 'utf8' }),
      ),
      places: [
        [worktree, '/worktree'],
        [repository, '/project'],
        [home, '/home/coder'],
        [own, '/own'],
        [folder, '/folder'],
        [bin, '/bin'],
        [path.dirname(bin), '/node_modules'],
        [stub.url, 'http://127.0.0.1:8000'],
        [stub.url.replace('http://', ''), '127.0.0.1:8000'],
      ],
    };
  } finally {
    await stub.close();
  }
}

/** Another model of the same provider: `anthropic/x` → `anthropic/y`. */
function withModel(model: string, other: string): string {
  return model.includes('/') ? `${model.split('/')[0]}/${other}` : other;
}

/** Nothing of ours but what a program needs: no key, no proxy, no settings. */
function plainEnvironment(home: string, bin: string): Record<string, string> {
  return {
    HOME: home,
    PATH: [bin, path.dirname(process.execPath), process.env.PATH].join(':'),
    LANG: 'C.UTF-8',
    TERM: 'dumb',
    TMPDIR: process.env.TMPDIR ?? '/tmp',
    SHELL: '/bin/sh',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_AUTHOR_NAME: 'Coder',
    GIT_AUTHOR_EMAIL: 'coder@example.org',
    GIT_COMMITTER_NAME: 'Coder',
    GIT_COMMITTER_EMAIL: 'coder@example.org',
  };
}

function makeWorktree(repository: string, worktree: string, env: Record<string, string>): void {
  const git = (...words: string[]) => execFileSync('git', words, { cwd: repository, env, stdio: 'pipe' });
  mkdirSync(repository);
  git('init', '-q', '-b', 'main');
  writeFileSync(path.join(repository, 'README.md'), '# Project\n');
  git('add', '.');
  git('commit', '-qm', 'Begin');
  git('worktree', 'add', '-q', '-b', 'task', worktree);
}

function readLog(log: string, { agent }: Real): readonly Said[] {
  const transcript = openTranscript();
  const events = [...transcript.feed(readFileSync(log)), ...transcript.end()];
  return events.flatMap((event) => agent.read(event));
}
