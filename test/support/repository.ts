// A real git repository in a temporary folder. Dates, identity, locale and configuration are pinned, so the same test
// makes the same commits on every machine.

import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { type Git, openGit } from '../../src/git/client.ts';
import { openOwnGit, prepareOwnGit } from '../../src/git/own.ts';
import { findRepository, type Repository } from '../../src/git/repository.ts';
import { type Sha, toSha } from '../../src/task/ids.ts';
import { temporaryFolder } from './folder.ts';

/** 2026-01-01T00:00:00Z, in seconds. Each commit is a minute later than the one before. */
export const FIRST_DATE = 1_767_225_600;

/** A file's contents; `null` deletes it. */
export type FileContents = string | Uint8Array | { readonly link: string } | { readonly run: string } | null;

export interface CommitOptions {
  readonly message?: string | Uint8Array;
  /** `Name <email>` */
  readonly author?: string;
  /** Seconds since the epoch, of author and committer. */
  readonly date?: number;
  /** Another checkout than the first. */
  readonly folder?: string;
  /** Given to `git` before `commit`, as `-c`. */
  readonly config?: readonly string[];
}

export interface TestRepository {
  /** The temporary folder that holds everything: the checkout, HOME, worktrees. */
  readonly root: string;
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Runs git in the checkout. @returns its standard output, without the last newline. @throws when it fails */
  git(...args: readonly string[]): string;
  gitIn(folder: string, ...args: readonly string[]): string;
  /** Any exit code is an answer. */
  tryGit(...args: readonly string[]): {
    readonly code: number;
    readonly stdout: string;
    readonly stderr: string;
  };
  /** Writes files into the checkout (or another folder) and leaves them uncommitted. */
  write(files: Readonly<Record<string, FileContents>>, folder?: string): void;
  /** Writes files and commits exactly these, ignored or not, and what is staged. */
  commit(files: Readonly<Record<string, FileContents>>, options?: CommitOptions): Sha;
  /** Makes a branch at a commit (HEAD unless given) and checks it out. */
  switchTo(branch: string, at?: string): void;
  sha(name: string): Sha;
  /** A file's text in a commit; undefined when it is not there. */
  show(commit: string, file: string): string | undefined;
  /** `path` → `mode blob` of every file of a commit. */
  tree(commit: string): Record<string, string>;
  /** Adds a linked worktree on a branch (made at HEAD where it is missing), or detached. @returns its folder */
  worktree(name: string, branch: string | null): string;
  read(file: string, folder?: string): string | undefined;
  status(folder?: string): string[];
  /** Bound to a folder, as the product does it. */
  open(folder?: string): Git;
  find(folder?: string): Promise<Repository>;
  /** Our own git directory over it, made ready. */
  own(): Promise<Git>;
}

export interface RepositoryOptions {
  readonly objectFormat?: 'sha1' | 'sha256';
  readonly name?: string;
  /** `false`: no first commit. */
  readonly firstCommit?: boolean;
}

/** A repository with `main` checked out and one commit, which holds `README.md`. Removed when the test run is over. */
export function makeRepository(options: RepositoryOptions = {}): TestRepository {
  const root = temporaryFolder();
  const environment = pinnedEnvironment(root);
  const folder = path.join(root, options.name ?? 'project');
  mkdirSync(folder);
  const repository = new RealRepository(root, folder, environment);
  repository.git('init', '--quiet', '--template=', `--object-format=${options.objectFormat ?? 'sha1'}`);
  if (options.firstCommit !== false)
    repository.commit({ 'README.md': '# project\n' }, { message: 'Begin\n' });
  return repository;
}

/** Nothing of the machine's own git configuration, and an identity. */
export function pinnedEnvironment(root: string): Record<string, string> {
  const home = path.join(root, 'home');
  mkdirSync(home, { recursive: true });
  const config = path.join(home, '.gitconfig');
  writeFileSync(config, '[user]\n\tname = Ada\n\temail = ada@example.org\n[init]\n\tdefaultBranch = main\n');
  return {
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    HOME: home,
    GIT_CONFIG_GLOBAL: config,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_DATE: `${FIRST_DATE} +0000`,
    GIT_COMMITTER_DATE: `${FIRST_DATE} +0000`,
    LC_ALL: 'C',
    TZ: 'UTC',
  };
}

class RealRepository implements TestRepository {
  readonly root: string;
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  #seconds = FIRST_DATE;

  constructor(root: string, folder: string, environment: Record<string, string>) {
    this.root = root;
    this.folder = folder;
    this.environment = environment;
  }

  git(...args: readonly string[]): string {
    return this.gitIn(this.folder, ...args);
  }

  gitIn(folder: string, ...args: readonly string[]): string {
    return run(folder, args, this.environment);
  }

  tryGit(...args: readonly string[]) {
    const ended = spawnSync('git', args, { cwd: this.folder, env: this.environment, encoding: 'utf8' });
    return { code: ended.status ?? -1, stdout: ended.stdout, stderr: ended.stderr };
  }

  write(files: Readonly<Record<string, FileContents>>, folder = this.folder): void {
    for (const [name, contents] of Object.entries(files)) writeOne(path.join(folder, name), contents);
  }

  commit(files: Readonly<Record<string, FileContents>>, options: CommitOptions = {}): Sha {
    const folder = options.folder ?? this.folder;
    this.write(files, folder);
    const names = Object.keys(files);
    if (names.length > 0)
      this.gitIn(folder, '--literal-pathspecs', 'add', '--all', '--force', '--', ...names);
    this.#seconds += 60;
    const date = `${options.date ?? this.#seconds} +0000`;
    const [, name = 'Ada', email = 'ada@example.org'] = /^(.*) <(.*)>$/.exec(options.author ?? '') ?? [];
    const pins = ['core.hooksPath=/dev/null', ...(options.config ?? [])].flatMap((pin) => ['-c', pin]);
    const args = [
      'commit',
      '--quiet',
      '--allow-empty',
      '--allow-empty-message',
      '--cleanup=verbatim',
      '-F',
      '-',
    ];
    const input = options.message ?? `Change ${names.join(', ')}\n`;
    const dated = {
      ...this.environment,
      GIT_AUTHOR_NAME: name,
      GIT_AUTHOR_EMAIL: email,
      GIT_AUTHOR_DATE: date,
      GIT_COMMITTER_DATE: date,
    };
    run(folder, [...pins, ...args], dated, input);
    return toSha(this.gitIn(folder, 'rev-parse', 'HEAD'));
  }

  switchTo(branch: string, at = 'HEAD'): void {
    this.git('switch', '--quiet', '-C', branch, at);
  }

  sha(name: string): Sha {
    return toSha(this.git('rev-parse', '--verify', `${name}^{commit}`));
  }

  show(commit: string, file: string): string | undefined {
    const shown = this.tryGit('cat-file', 'blob', `${commit}:${file}`);
    return shown.code === 0 ? shown.stdout : undefined;
  }

  tree(commit: string): Record<string, string> {
    const lines = this.git('ls-tree', '-r', '-z', commit).split('\0').filter(Boolean);
    return Object.fromEntries(
      lines.map((line) => {
        const about = line.slice(0, line.indexOf('\t'));
        const name = line.slice(about.length + 1);
        const [mode = '', , blob = ''] = about.split(' ');
        return [name, `${mode} ${blob}`];
      }),
    );
  }

  worktree(name: string, branch: string | null): string {
    const folder = path.join(this.root, name);
    const known = branch !== null && this.tryGit('rev-parse', '--verify', `refs/heads/${branch}`).code === 0;
    const how = branch === null ? ['--detach', folder] : known ? [folder, branch] : ['-b', branch, folder];
    this.git('worktree', 'add', '--quiet', ...how);
    return folder;
  }

  read(file: string, folder = this.folder): string | undefined {
    const full = path.join(folder, file);
    return existsSync(full) && lstatSync(full).isFile() ? readFileSync(full, 'utf8') : undefined;
  }

  status(folder = this.folder): string[] {
    const text = this.gitIn(folder, 'status', '--porcelain', '--untracked-files=all', '-z');
    return text.split('\0').filter(Boolean);
  }

  open(folder = this.folder): Git {
    return openGit(folder, this.environment);
  }

  find(folder = this.folder): Promise<Repository> {
    return findRepository(folder, this.environment);
  }

  async own(): Promise<Git> {
    const repository = await this.find();
    await prepareOwnGit(repository);
    return await openOwnGit(repository);
  }
}

function run(
  folder: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  input: string | Uint8Array = '',
): string {
  const stdout = execFileSync('git', args, { cwd: folder, env: environment, input, stdio: 'pipe' });
  return stdout.toString('utf8').replace(/\n$/, '');
}

function writeOne(file: string, contents: FileContents): void {
  if (contents === null || (typeof contents === 'object' && 'link' in contents))
    rmSync(file, { force: true });
  if (contents === null) return;
  mkdirSync(path.dirname(file), { recursive: true });
  if (typeof contents === 'string' || contents instanceof Uint8Array) writeFileSync(file, contents);
  else if ('link' in contents) symlinkSync(contents.link, file);
  else {
    writeFileSync(file, contents.run);
    chmodSync(file, 0o755);
  }
}
