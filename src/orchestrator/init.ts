// Setting a repository up: the configuration, the store, our own git directory. Running it again changes nothing.

import path from 'node:path';
import { CONFIG_FILE, parseConfig } from '../config/parse.ts';
import { configTemplate } from '../config/template.ts';
import { exists, isWritable, makeFolder, readFileIfThere, writeFileAtomically } from '../disk/files.ts';
import { commitOnBranch } from '../git/branch.ts';
import { prepareOwnGit } from '../git/own.ts';
import { readFileAt } from '../git/refs.ts';
import type { Repository } from '../git/repository.ts';
import { getMeta, setMeta } from '../store/meta.ts';
import { openStore, type Store } from '../store/open.ts';
import { STRUCTURE_FILE } from '../structure/structureFile.ts';
import { branchRef } from '../task/ids.ts';
import { Problem } from '../task/problem.ts';
import { checkCommitPlace, findGround, nowhereToWrite, type Place } from './initPlace.ts';
import { type Folders, type Host, storeFile } from './project.ts';
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
  /** Text of a structure.yaml that is not there yet, written beside the configuration. */
  readonly structure?: string;
}

/** @throws Problem `not-a-repository`, `no-commits`, `detached-head`, `unknown-main`, `main-not-checked-out`, `repository-copied`, `store-read-only`, `bare-repository` */
export async function initialize(host: Host, options: InitOptions): Promise<Initialized> {
  const { repository, folders, main, place, fresh } = await findGround(host, options.main);
  const file = storeFile(folders);
  const onMain = await readFileAt(repository.git, branchRef(main), CONFIG_FILE);
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
  if (place && options.structure !== undefined) {
    const structure = path.join(place.folder, STRUCTURE_FILE);
    if (!(await exists(structure))) {
      await writeFileAtomically(structure, options.structure);
      did.push(`wrote ${structure}`);
    }
  }
  const committed = place && options.commit ? await commitFiles(repository, place) : [];
  if (committed.length > 0) did.push(`committed ${committed.join(' and ')} on ${main}`);
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

/** Commits the files of a project, and nothing else that may be staged. @returns those that there was something of to commit */
async function commitFiles(repository: Repository, { folder }: Place): Promise<string[]> {
  const git = repository.git.at(folder);
  const changed: string[] = [];
  for (const file of [CONFIG_FILE, STRUCTURE_FILE]) {
    if (!(await exists(path.join(folder, file)))) continue;
    await git.read(['add', '--intent-to-add', '--', file]);
    const same = await git.run(['diff', '--quiet', '--no-ext-diff', 'HEAD', '--', file]);
    if (same.code !== 0) changed.push(file);
  }
  if (changed.length === 0) return [];
  await git.read(['commit', '--quiet', '--no-verify', '-m', 'Set up steroids', '--only', '--', ...changed]);
  return changed;
}

async function isCommitted(repository: Repository, main: string, place: Place): Promise<boolean> {
  const committed = await readFileAt(repository.git, branchRef(main), CONFIG_FILE);
  return committed !== undefined && committed === ((await readFileIfThere(place.file)) ?? committed);
}
