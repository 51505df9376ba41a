// The structure of a repository: what its file says, what its files say, and the one brought to the other.

import path from 'node:path';
import { readFileIfThere, writeFileAtomically } from '../disk/files.ts';
import type { Git } from '../git/client.ts';
import { findRepository, type Repository } from '../git/repository.ts';
import { isLeftOut, listUntracked } from '../git/tracked.ts';
import { applyDrift } from '../structure/applyDrift.ts';
import type { Structure } from '../structure/component.ts';
import { type FoundAll, findAll, structureOf } from '../structure/discover.ts';
import { DISCOVERERS } from '../structure/discoverers.ts';
import { type Finding, findDrift } from '../structure/drift.ts';
import { treeOfFolder } from '../structure/fromFolder.ts';
import { MANIFESTS } from '../structure/packages.ts';
import { readStructureFile, STRUCTURE_FILE, type StructureFile } from '../structure/structureFile.ts';
import { titleOf } from '../structure/title.ts';
import type { Tree, Warning } from '../structure/tree.ts';
import { Problem } from '../task/problem.ts';
import type { Host } from './project.ts';

export interface Discovered {
  readonly structure: Structure;
  /** All that git tracks, sorted by code unit. */
  readonly files: readonly string[];
  /** Where it was found, and what, for who looks at it once more. */
  readonly tree: Tree;
  readonly parts: FoundAll;
}

/** What is in a checkout, as it lies on disk. */
export async function discoverIn({ git }: Place): Promise<Discovered> {
  const warnings: Warning[] = [];
  const [tree, untracked] = await Promise.all([
    treeOfFolder(git, (warning) => warnings.push(warning)),
    listUntracked(git, MANIFESTS),
  ]);
  warnings.push(...untracked.slice(0, MOST_UNTRACKED).map(untrackedWarning));
  const parts = await findAll(tree, DISCOVERERS);
  const structure = structureOf(tree, parts);
  return {
    structure: { ...structure, warnings: [...warnings, ...structure.warnings] },
    files: tree.files,
    tree,
    parts,
  };
}

const MOST_UNTRACKED = 5;

function untrackedWarning(file: string): Warning {
  const folder = path.posix.dirname(file);
  const sentence = 'Git does not track it yet, so it was not looked at. To have it looked at: git add it.';
  return { path: folder === '.' ? file : `${folder}/`, sentence, minor: true };
}

/** A checkout whose structure is looked at. */
export interface Place {
  /** Bound to its top. */
  readonly git: Git;
  readonly file: string;
  readonly commonDir: string;
}

export interface Written {
  readonly text: string;
  readonly declared: StructureFile;
  readonly warnings: readonly string[];
}

/** The checkout that the command was started in. @throws Problem `not-a-repository`, `bare-repository` */
export async function structurePlace(host: Host): Promise<Place> {
  const repository = await findRepository(host.cwd, host.environment);
  if (repository.topLevel === undefined) throw nothingCheckedOut(repository);
  return placeIn(repository, repository.topLevel);
}

export function placeIn(repository: Repository, folder: string): Place {
  const { git, commonDir } = repository;
  return { git: git.at(folder), file: path.join(folder, STRUCTURE_FILE), commonDir };
}

export function nothingCheckedOut(repository: Repository): Problem {
  return new Problem(
    'user',
    'bare-repository',
    `${repository.commonDir} is bare, and a structure is read from files that are checked out`,
    'git worktree add ../main main, and run it there.',
  );
}

/** What the file says; undefined where there is none. @throws Problem `invalid-structure`, `not-checked-out` */
export async function readWritten(place: Place): Promise<Written | undefined> {
  const text = await readFileIfThere(place.file);
  if (text !== undefined) return { text, ...readStructureFile(text) };
  await refuseSparse(place);
  return undefined;
}

/** One that is there and only not here is not to be written anew. @throws Problem `not-checked-out` */
export async function refuseSparse({ git }: Place): Promise<void> {
  if (!(await isLeftOut(git, STRUCTURE_FILE))) return;
  throw new Problem(
    'user',
    'not-checked-out',
    `${STRUCTURE_FILE} is not checked out here (sparse checkout)`,
    `git sparse-checkout add ${path.dirname(STRUCTURE_FILE)}`,
  );
}

export interface Analysis {
  readonly place: Place;
  readonly written: Written;
  readonly discovered: Discovered;
  readonly findings: readonly Finding[];
}

/** @throws Problem `no-structure`, `invalid-structure` */
export async function analyze(place: Place): Promise<Analysis> {
  const written = await readWritten(place);
  if (written === undefined)
    throw new Problem(
      'user',
      'no-structure',
      `there is no ${STRUCTURE_FILE} here to compare with`,
      'Write one: steroids init --monorepo',
    );
  const discovered = await discoverIn(place);
  const findings = findDrift(written.declared, discovered.structure, discovered.files);
  return { place, written, discovered, findings };
}

/**
 * Settles findings in the file.
 * @returns what the file says then
 * @throws Problem `changed-meanwhile` when somebody has written it since it was compared
 */
export async function settle(analysis: Analysis, findings: readonly Finding[]): Promise<StructureFile> {
  const { place, written } = analysis;
  if (findings.length === 0) return written.declared;
  const text = applyDrift(written.text, findings);
  const { declared } = readStructureFile(text);
  if ((await readFileIfThere(place.file)) !== written.text)
    throw new Problem(
      'refused',
      'changed-meanwhile',
      `${STRUCTURE_FILE} was changed since it was compared, so it was left alone`,
      'steroids structure analyze',
    );
  await writeFileAtomically(place.file, text);
  return declared;
}

/** A structure that has something in it: a repository of one piece is one component. */
export function orWhole(structure: Structure, folder: string): Structure {
  if (structure.components.length > 0) return structure;
  const title = titleOf(path.basename(folder));
  return {
    ...structure,
    components: [
      {
        key: 'all',
        title,
        path: '',
        paths: ['**'],
        ecosystems: ['none'],
        manifests: [],
        names: [],
        kind: 'other',
        framework: undefined,
        shared: false,
      },
    ],
  };
}
