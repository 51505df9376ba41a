// Where objects are written that nobody keeps: a folder of its own, over the user's objects. Merging all pairs of 40 branches
// would leave thousands of them in the user's store.

import path from 'node:path';
import { writeFileAtomically } from '../disk/files.ts';
import { makeFastFolder } from '../disk/temp.ts';
import type { Environment } from '../process/environment.ts';
import type { Git } from './client.ts';
import type { Repository } from './repository.ts';

export interface Quarantine {
  /** Our own git, which reads the user's objects and writes here. */
  readonly git: Git;
  /** For git in a worktree of the user's. */
  readonly environment: Environment;
  /** For an index, or whatever else goes with it. */
  readonly folder: string;
  close(): void;
}

export async function openQuarantine(
  own: Git,
  repository: Pick<Repository, 'commonDir'>,
): Promise<Quarantine> {
  const made = await makeFastFolder('steroids-objects');
  const objects = path.join(made.path, 'objects');
  // Not by GIT_ALTERNATE_OBJECT_DIRECTORIES, which takes a colon in a path for the end of it.
  const theirs = `${path.join(repository.commonDir, 'objects')}\n`;
  await writeFileAtomically(path.join(objects, 'info', 'alternates'), theirs);
  const environment = { GIT_OBJECT_DIRECTORY: objects };
  // What says which repository it is does not go along by itself.
  const { GIT_DIR = own.dir, GIT_SHALLOW_FILE } = own.environment;
  const shallow = GIT_SHALLOW_FILE === undefined ? {} : { GIT_SHALLOW_FILE };
  const git = own.at(own.dir, { GIT_DIR, ...shallow, ...environment });
  return { git, environment, folder: made.path, close: made.remove };
}
