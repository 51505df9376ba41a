// Setting a repository up: the configuration, the store, our own git directory. Running it again changes nothing.

import path from 'node:path';
import { CONFIG_FILE, parseConfig } from '../config/parse.ts';
import { configTemplate } from '../config/template.ts';
import { exists, isWritable, makeFolder, readFileIfThere, writeFileAtomically } from '../disk/files.ts';
import { commitOnBranch } from '../git/branch.ts';
import { prepareOwnGit } from '../git/own.ts';
import { isBranchName, listRefs, readFileAt, resolveCommit } from '../git/refs.ts';
import { findRepository, type Repository } from '../git/repository.ts';
import { currentBranch, listWorktrees } from '../git/worktrees.ts';
import { getMeta, setMeta } from '../store/meta.ts';
import { openStore, type Store } from '../store/open.ts';
import { branchRef } from '../task/ids.ts';
import { Problem } from '../task/problem.ts';
import { type Folders, foldersOf, type Host, storeFile } from './project.ts';
import { refuseCopy, relinkSlots } from './relink.ts';

export interface Initialized {
  readonly main: string;
  /** Path of the configuration file. */
  readonly config: string;
  readonly store: string;
  /** What this call changed, in words; empty when all was there. */
  readonly did: readonly string[];
  /** Whether the configuration in force is on main. */
  readonly committed: boolean;
}

export interface InitOptions {
  readonly main: string | undefined;
  readonly commit: boolean;
}

/** @throws Problem `not-a-repository`, `no-commits`, `detached-head`, `unknown-main`, `main-not-checked-out`, `repository-copied`, `store-read-only`, `bare-repository` */
export async function initialize(host: Host, options: InitOptions): Promise<Initialized> {
  const repository = await findRepository(host.cwd, host.environment);
  const folders = foldersOf(repository);
  const file = storeFile(folders);
  const fresh = !(await exists(file));
  const known = fresh ? undefined : await knownMain(host, file);
  const main = await chooseMain(repository, options.main ?? known ?? (await writtenMain(repository)));
  const onMain = await readFileAt(repository.git, branchRef(main), CONFIG_FILE);
  const place = await configPlace(repository, main);
  if (place === undefined && onMain === undefined && !options.commit) throw nowhereToWrite(repository, main);
  if (place && options.commit) await checkCommitPlace(place, main);
  const present = place ? await readFileIfThere(place.file) : onMain;
  if (present !== undefined) parseConfig(present, CONFIG_FILE);
  const did: string[] = [];

  if (!(await isWritable(folders.base))) {
    const sentence = `the store cannot be put at ${folders.base}: that place cannot be written, and nothing was changed`;
    throw new Problem('environment', 'store-read-only', sentence, 'Make it writable for you.');
  }
  await makeFolder(folders.base);
  const store = await openStore({ ...host, file, create: true });
  try {
    const before = await getMeta(store.db, 'repository');
    if (before !== undefined) await refuseCopy(host, repository, store, before);
    did.push(...(await record(store, repository, main, fresh)));
    if (before !== undefined && before !== repository.commonDir) {
      await prepareOwnGit(repository);
      const linked = await relinkSlots(repository, store, main);
      if (linked > 0) did.push(`linked ${linked} of its worktrees again`);
    }
  } finally {
    await store.close();
  }
  await prepareOwnGit(repository);
  if (present === undefined && onMain === undefined)
    did.push(await writeConfig(repository, main, place, folders));
  if (place && options.commit && (await commitConfig(repository, place)))
    did.push(`committed ${CONFIG_FILE} on ${main}`);
  return {
    main,
    config: place?.file ?? CONFIG_FILE,
    store: file,
    did,
    committed: place === undefined || (await isCommitted(repository, main, place)),
  };
}

/** @returns what was done, in words */
async function writeConfig(
  repository: Repository,
  main: string,
  place: Place | undefined,
  folders: Folders,
): Promise<string> {
  if (place === undefined) {
    const text = configTemplate({ main, hasTests: false });
    const index = path.join(folders.base, 'init-index');
    await commitOnBranch(
      repository.git,
      main,
      { file: CONFIG_FILE, text, message: 'Set up steroids' },
      index,
    );
    return `committed ${CONFIG_FILE} on ${main}`;
  }
  const hasTests =
    (await readFileIfThere(path.join(place.folder, 'package.json')))?.includes('"test"') ?? false;
  await writeFileAtomically(place.file, configTemplate({ main, hasTests }));
  return `wrote ${place.file}`;
}

async function knownMain(host: Host, file: string): Promise<string | undefined> {
  // A file that an earlier call was killed over may have nothing in it yet.
  const store = await openStore({ ...host, file, create: true });
  try {
    return await getMeta(store.db, 'main');
  } finally {
    await store.close();
  }
}

/** What a configuration that came with the clone says. */
async function writtenMain({ topLevel }: Repository): Promise<string | undefined> {
  const text = topLevel && (await readFileIfThere(path.join(topLevel, CONFIG_FILE)));
  return text === undefined ? undefined : parseConfig(text, CONFIG_FILE).config.main;
}

/** The branch that was named, that the clone's origin has as its HEAD, that is usual, or that is checked out. */
async function chooseMain(repository: Repository, named: string | undefined): Promise<string> {
  const { git } = repository;
  const here = await currentBranch(git);
  if ((await listRefs(git, '--count=1')).length === 0) {
    throw new Problem(
      'user',
      'no-commits',
      `the repository ${repository.home} has no commits yet`,
      'Make a first commit, then run `steroids init` again.',
    );
  }
  if (named !== undefined) {
    if ((await isBranchName(git, named)) && (await resolveCommit(git, branchRef(named))) !== undefined)
      return named;
    throw new Problem(
      'user',
      'main-missing',
      `there is no branch "${named}"`,
      'Name the branch that tasks are to land on: steroids init --main NAME',
    );
  }
  if (here === undefined && repository.topLevel !== undefined) {
    throw new Problem(
      'user',
      'detached-head',
      'HEAD is detached, so it does not say which branch tasks are to land on',
      'Check out your main branch, or name it: steroids init --main NAME',
    );
  }
  const origin = await git.run(['symbolic-ref', '--quiet', '--short', 'refs/remotes/origin/HEAD']);
  const usual = [origin.stdout.trim().replace(/^origin\//, ''), 'main', 'master', here ?? ''];
  for (const name of usual.filter(Boolean)) {
    if ((await resolveCommit(git, branchRef(name))) !== undefined) return name;
  }
  throw new Problem(
    'user',
    'no-commits',
    `the branch "${here}" has no commits yet`,
    'Make a first commit, then run `steroids init` again.',
  );
}

interface Place {
  /** The checkout that the configuration is written into. */
  readonly folder: string;
  readonly file: string;
  /** The branch that is checked out there. */
  readonly branch: string | undefined;
}

/** The checkout of main, when there is one: that is where it has to be committed. Undefined where nothing is checked out. */
async function configPlace(repository: Repository, main: string): Promise<Place | undefined> {
  const worktrees = await listWorktrees(repository.git);
  const onMain = worktrees.find((worktree) => worktree.branch === branchRef(main));
  const folder = onMain?.path ?? repository.topLevel;
  if (folder === undefined) return undefined;
  const branch = onMain
    ? main
    : worktrees.find((worktree) => worktree.path === folder)?.branch?.replace('refs/heads/', '');
  return { folder, file: path.join(folder, CONFIG_FILE), branch };
}

function nowhereToWrite(repository: Repository, main: string): Problem {
  return new Problem(
    'user',
    'bare-repository',
    `${repository.commonDir} is bare and "${main}" is checked out nowhere, so there is no place to write ${CONFIG_FILE}`,
    `steroids init --commit writes it straight into "${main}"; or: git worktree add ../${main} ${main}, and init there.`,
  );
}

async function checkCommitPlace(place: Place, main: string): Promise<void> {
  if (place.branch === main) return;
  throw new Problem(
    'user',
    'main-not-checked-out',
    `"${main}" is not checked out anywhere, so nothing can be committed on it`,
    `git switch ${main}, then run \`steroids init --commit\` again.`,
  );
}

async function record(store: Store, repository: Repository, main: string, fresh: boolean): Promise<string[]> {
  const did: string[] = fresh ? [`created the store ${path.join(repository.commonDir, 'steroids')}`] : [];
  const before = await getMeta(store.db, 'repository');
  const known = await getMeta(store.db, 'main');
  if (before === repository.commonDir && known === main) return did;
  await store.write(async (trx) => {
    await setMeta(trx, 'main', main);
    await setMeta(trx, 'repository', repository.commonDir);
    if ((await getMeta(trx, 'project')) === undefined) await setMeta(trx, 'project', store.newId());
  });
  if (before !== undefined && before !== repository.commonDir)
    did.push(`took over the repository's new place (it was at ${before})`);
  if (known !== undefined && known !== main) did.push(`tasks land on "${main}" now (it was "${known}")`);
  return did;
}

/** Commits that one file, and nothing else that may be staged. @returns whether there was anything to commit */
async function commitConfig(repository: Repository, place: Place): Promise<boolean> {
  const git = repository.git.at(place.folder);
  await git.read(['add', '--intent-to-add', '--', CONFIG_FILE]);
  const same = await git.run(['diff', '--quiet', '--no-ext-diff', 'HEAD', '--', CONFIG_FILE]);
  if (same.code === 0) return false;
  await git.read(['commit', '--quiet', '--no-verify', '-m', 'Set up steroids', '--only', '--', CONFIG_FILE]);
  return true;
}

async function isCommitted(repository: Repository, main: string, place: Place): Promise<boolean> {
  const committed = await readFileAt(repository.git, branchRef(main), CONFIG_FILE);
  return committed !== undefined && committed === ((await readFileIfThere(place.file)) ?? committed);
}
