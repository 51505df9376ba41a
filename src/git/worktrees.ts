import path from 'node:path';
import { isLink, kindOf, moveFile, namesIn, readFileIfThere } from '../disk/files.ts';
import { branchRef, type Sha, toSha } from '../task/ids.ts';
import { Problem } from '../task/problem.ts';
import { type Git, GitFailure } from './client.ts';
import { gitDirFromFile, headFromFile } from './files.ts';
import { frozenEnvironment } from './frozen.ts';
import { splitNames } from './names.ts';

export interface WorktreeRecord {
  readonly path: string;
  readonly head: Sha | undefined;
  /** Full ref name; undefined when HEAD is detached. */
  readonly branch: string | undefined;
  readonly bare: boolean;
}

export async function listWorktrees(git: Git): Promise<WorktreeRecord[]> {
  const text = await git.read(['worktree', 'list', '--porcelain', '-z']);
  return text
    .split('\0\0')
    .filter((record) => record.trim() !== '')
    .map((record) => {
      const fields = new Map(
        record.split('\0').map((line) => {
          const space = line.indexOf(' ');
          return space < 0 ? ([line, ''] as const) : ([line.slice(0, space), line.slice(space + 1)] as const);
        }),
      );
      const head = fields.get('HEAD');
      return {
        path: fields.get('worktree') ?? '',
        head: head && !/^0+$/.test(head) ? toSha(head) : undefined,
        branch: fields.get('branch'),
        bare: fields.has('bare'),
      };
    });
}

/** Git in a worktree of ours. Should its link be gone, git must not take a repository around it for the one that is meant. */
export async function openWorktree(git: Git, folder: string): Promise<Git> {
  const ceiling = { GIT_CEILING_DIRECTORIES: path.dirname(folder) };
  return git.at(folder, { ...ceiling, ...(await frozenEnvironment(git.frozen)) });
}

const commonDirs = new WeakMap<Git, Promise<string>>();

/** What all worktrees of the repository share; absolute, links resolved. */
export function commonDirOf(git: Git): Promise<string> {
  const known = commonDirs.get(git) ?? git.read(['rev-parse', '--path-format=absolute', '--git-common-dir']);
  commonDirs.set(git, known);
  return known;
}

/**
 * Whether the folder's `.git` names a worktree of the repository that names the folder in turn. A coder may have taken
 * it away, or put another repository there.
 */
export async function isLinked(git: Git, folder: string): Promise<boolean> {
  const place = path.join(folder, '.git');
  if ((await kindOf(place)) !== 'file') return false;
  const gitDir = /^gitdir: (.+)\n?$/.exec((await readFileIfThere(place)) ?? '')?.[1] ?? '';
  if (path.dirname(gitDir) !== path.join(await commonDirOf(git), 'worktrees')) return false;
  return (await readFileIfThere(path.join(gitDir, 'gitdir')))?.trim() === place;
}

/**
 * Links the folder of a worktree to its repository again, when one of the two has moved or the link is broken.
 * @throws Problem `slot-occupied`
 */
export async function relink(git: Git, folder: string): Promise<void> {
  await keepOtherRepository(folder);
  await git.run(['worktree', 'repair', folder]);
}

/**
 * A repository that somebody made in a worktree is kept, as files like any other. At the end of a symbolic link stands
 * another folder, the user's checkout for one, whose repository is nobody's to move.
 * @throws Problem `slot-occupied`
 */
export async function keepOtherRepository(folder: string): Promise<void> {
  if (await isLink(folder)) throw occupied(folder);
  const place = path.join(folder, '.git');
  if ((await kindOf(place)) === 'folder') await moveFile(place, path.join(folder, 'left.git'));
}

export function occupied(folder: string): Problem {
  return new Problem(
    'environment',
    'slot-occupied',
    `${folder} is in the way: it exists and is no worktree of this repository`,
    'Move it away, or set worktrees.root in .steroids/config.yaml.',
  );
}

/**
 * Adds a worktree with a detached HEAD. Callers take turns: parallel additions race for git's configuration.
 * Its files are written by as many processes as there are cores: 20,000 of them in 1.3 to 2.1 s instead of 2.9 to 11.8.
 */
export async function addWorktree(git: Git, folder: string, commit: Sha): Promise<void> {
  // Git would make it as sparse as the user's checkout is, and a coder is to see every file.
  const pins = ['-c', 'checkout.workers=0', '-c', 'core.sparseCheckout=false'];
  const add = [...pins, 'worktree', 'add', '--quiet', '--detach', folder, commit];
  await git.read(add, { making: folder });
}

/**
 * Removes a worktree that holds nothing of value. Git itself refuses when something is modified or untracked.
 * @throws GitFailure with git's reason
 */
export async function removeWorktree(git: Git, folder: string): Promise<void> {
  await git.read(['worktree', 'remove', folder]);
}

/** The git directory of the worktree that `git` is bound to. */
export async function gitDirOf(git: Git): Promise<string> {
  return (
    (await gitDirFromFile(git)) ?? (await git.read(['rev-parse', '--path-format=absolute', '--git-dir']))
  );
}

/** The git directory of a worktree whose folder is gone, by what it says of the folder. */
export async function gitDirOfLost(git: Git, folder: string): Promise<string | undefined> {
  const all = path.join(await commonDirOf(git), 'worktrees');
  for (const name of await namesIn(all)) {
    const says = await readFileIfThere(path.join(all, name, 'gitdir'));
    if (says?.trim() === path.join(folder, '.git')) return path.join(all, name);
  }
  return undefined;
}

/** Checks a branch or, detached, a commit out; refuses to overwrite anything. */
export async function checkOut(git: Git, target: string, detach: boolean): Promise<void> {
  await git.read(['checkout', '--quiet', '--no-guess', ...(detach ? ['--detach'] : []), target, '--']);
}

/**
 * Makes a branch and checks it out; refuses when it exists, and to overwrite anything. Not by `checkout -b`, which looks
 * at every file of the worktree first: in a repository of 20,000 that takes as long again.
 */
export async function checkOutNewBranch(git: Git, branch: string, commit: Sha): Promise<void> {
  const ref = branchRef(branch);
  await git.read(['update-ref', ref, commit, '']);
  await moveFiles(git, 'HEAD', commit);
  await git.read(['symbolic-ref', '-m', 'steroids: check out', 'HEAD', ref]);
}

/**
 * Brings index and files from one commit or tree to another; refuses to overwrite anything. A file that a killed git wrote
 * again is as the index has it, but for its times: then all files are looked at, which is not done without need.
 */
async function moveFiles(git: Git, from: string, to: string): Promise<void> {
  const args = ['read-tree', '-m', '-u', from, to];
  if ((await git.run(args)).code === 0) return;
  await git.run(['update-index', '-q', '--refresh']);
  await git.read(args);
}

/** Leaves the branch without touching a file: HEAD then names the commit itself. */
export async function detachHead(git: Git, commit: Sha): Promise<void> {
  await git.read(['update-ref', '--no-deref', 'HEAD', commit]);
}

/** The branch that HEAD is on (short name), or undefined when it is detached. */
export async function currentBranch(git: Git): Promise<string | undefined> {
  const head = await headFromFile(git);
  if (head) return 'ref' in head ? head.ref.slice('refs/heads/'.length) : undefined;
  const answer = await git.run(['symbolic-ref', '--quiet', '--short', 'HEAD']);
  return answer.code === 0 ? answer.stdout.trim() : undefined;
}

/** Deletes what is untracked and not ignored, nested repositories included. Only after it was archived. */
export async function cleanUntracked(git: Git): Promise<void> {
  await git.read(['clean', '-ffdq']);
}

/** Tracked files that are not as HEAD has them. */
export async function changedTrackedFiles(git: Git): Promise<string[]> {
  const whatever = ['--untracked-files=no', '--no-renames', '--ignore-submodules=untracked'];
  const text = await git.read(['status', '--porcelain', '-z', ...whatever]);
  return text
    .split('\0')
    .filter(Boolean)
    .map((record) => record.slice(3));
}

/** Brings tracked files back to HEAD. Only after what differs was archived. */
export async function restoreTracked(git: Git): Promise<void> {
  // `git restore -- :/` refuses where HEAD holds no file at all.
  await git.read(['read-tree', '--reset', '-u', 'HEAD']);
}

/** Puts the files of `tree` into the worktree as changes that are not committed; the index stays at `head`. */
export async function layTree(git: Git, head: Sha, tree: Sha): Promise<void> {
  await moveFiles(git, head, tree);
  await git.read(['read-tree', head]);
  await git.run(['update-index', '-q', '--refresh']);
  // A new file that is ignored would be forgotten by whoever adds everything.
  const onlyAdded = ['--name-only', '--no-renames', '--diff-filter=A', '--ignore-submodules=all'];
  const added = await git.read(['diff-tree', '-r', '-z', ...onlyAdded, head, tree], { binary: true });
  if (added === '') return;
  const args = ['--literal-pathspecs', 'add', '--intent-to-add', '--force'];
  const named = ['--pathspec-from-file=-', '--pathspec-file-nul'];
  await git.read([...args, ...named], { input: added, binary: true });
}

/** Commits what is staged, and `files` as they are now. @returns whether there was anything to commit */
export async function commitFiles(
  git: Git,
  commit: {
    readonly files: readonly string[];
    /** Not to be committed, staged or not. */
    readonly except: readonly string[];
    readonly message: string;
    readonly identity: Readonly<Record<string, string>>;
  },
): Promise<boolean> {
  const named = ['--pathspec-from-file=-', '--pathspec-file-nul'];
  const inputOf = (files: readonly string[]) => ({ input: files.join('\0') });
  if (commit.files.length > 0) {
    const added = await git.run(['--literal-pathspecs', 'add', '--all', ...named], inputOf(commit.files));
    // A file that is gone since, or whose name is no UTF-8, cannot be named: everything is looked at once more.
    const others = commit.except.map((file) => `:(exclude,top,literal)${file}`);
    if (added.code !== 0) await git.read(['add', '--all', '--', ':/', ...others]);
  }
  if (commit.except.length > 0) {
    const unstage = ['--literal-pathspecs', 'rm', '--cached', '-r', '--quiet', '--force', '--ignore-unmatch'];
    await git.read([...unstage, ...named], inputOf(commit.except));
  }
  const args = ['commit', '--quiet', '--no-verify', '--cleanup=whitespace', '-F', '-'];
  const made = await git.run(args, { input: commit.message, with: commit.identity });
  if (made.code === 0) return true;
  const staged = await git.run(['diff', '--cached', '--quiet', '--no-ext-diff', '--ignore-submodules=none']);
  if (staged.code === 0) return false;
  throw new GitFailure(args, made);
}

/** Submodules of the worktree's index, initialised or not. */
export async function listGitlinks(git: Git): Promise<string[]> {
  const entries = splitNames(await git.read(['ls-files', '--stage', '-z']));
  return entries
    .filter((entry) => entry.startsWith('160000 '))
    .map((entry) => entry.slice(entry.indexOf('\t') + 1));
}

/** @param person `Name <email>` */
export function identityVariables(person: string): Record<string, string> {
  const [, name = person, email = ''] = /^(.*?)\s*<(.*)>$/.exec(person) ?? [];
  return {
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
  };
}

/** `Name <email>` that git would commit with here, or undefined when none is configured. */
export async function configuredIdentity(git: Git): Promise<string | undefined> {
  const answer = await git.run(['-c', 'user.useConfigOnly=true', 'var', 'GIT_AUTHOR_IDENT']);
  return answer.code === 0 ? answer.stdout.trim().replace(/ \d+ [+-]\d+$/, '') : undefined;
}
