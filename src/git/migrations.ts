// Database migrations, by where they stand and how they are named. Two of the same number are no conflict to git, and
// which of them runs first (or at all) is an accident.

import path from 'node:path';
import type { Sha } from '../task/ids.ts';
import type { Git } from './client.ts';

/** Files or folders in a folder, of one number. */
interface Numbered {
  readonly folder: string;
  /** Without zeros in front; of Flyway `V1_2` as `1.2`. */
  readonly number: string;
  /** File or folder. */
  readonly name: string;
}

const FOLDER = /^(db|database|schema|sql)?[-_.]?migrations?$|^migrate$/i;

/** @returns the numbered names along a path below a folder for migrations; none of any other path */
export function numbersOf(file: string): Numbered[] {
  const names = file.split('/');
  const first = names.findIndex((name, index) => index < names.length - 1 && FOLDER.test(name));
  if (first < 0) return [];
  return names.flatMap((name, index) => {
    const number = index > first ? numberOf(name) : undefined;
    return number === undefined ? [] : [{ folder: names.slice(0, index).join('/'), number, name }];
  });
}

function numberOf(name: string): string | undefined {
  const flyway = /^V(\d+(?:[._]\d+)*)__/.exec(name)?.[1];
  const number = flyway?.replaceAll('_', '.') ?? /^\d+(?=[-_.]|$)/.exec(name)?.[0];
  return number?.replace(/\b0+(?=\d)/g, '');
}

/** `0007_x.up.sql` and `0007_x.down.sql` are two files of one migration. */
const stemOf = (name: string) => name.replace(/^(V?[\d._]+[^.]*)\..*$/, '$1');

export interface Clash {
  readonly number: string;
  readonly ours: string;
  /** On main. */
  readonly theirs: string;
}

/**
 * @param added paths that the branch adds
 * @param onMain all names that main has in these folders
 * @returns those whose number is taken; nothing of a folder where main itself has a number twice: there that is the custom
 */
export function clashesOf(added: readonly string[], onMain: ReadonlyMap<string, readonly string[]>): Clash[] {
  const own = new Map(
    added.flatMap(numbersOf).map((one) => [path.posix.join(one.folder, one.name), one] as const),
  );
  return [...own.values()].flatMap(({ folder, number, name }) => {
    const there = (onMain.get(folder) ?? []).filter((other) => !own.has(path.posix.join(folder, other)));
    if (hasTwice(there)) return [];
    const taken = there.find((other) => numberOf(other) === number && stemOf(other) !== stemOf(name));
    return taken === undefined
      ? []
      : [{ number, ours: path.posix.join(folder, name), theirs: path.posix.join(folder, taken) }];
  });
}

function hasTwice(names: readonly string[]): boolean {
  const stems = new Map<string, string>();
  return names.some((name) => {
    const number = numberOf(name);
    if (number === undefined) return false;
    const known = stems.get(number) ?? stemOf(name);
    stems.set(number, known);
    return known !== stemOf(name);
  });
}

/** Paths that `to` has and `from` has not, of migrations alone. */
export async function addedMigrations(own: Git, from: Sha, to: Sha): Promise<string[]> {
  const args = ['diff-tree', '-r', '-z', '--name-only', '--no-renames', '--diff-filter=A', from, to, '--'];
  return (await own.read(args)).split('\0').filter((file) => numbersOf(file).length > 0);
}

/** @param tree a commit, of which main's names are those that the branch does not add itself */
export async function findClashes(own: Git, tree: Sha, added: readonly string[]): Promise<Clash[]> {
  const folders = [...new Set(added.flatMap(numbersOf).map(({ folder }) => folder))];
  const names = await Promise.all(
    folders.map(async (folder) => {
      // A name that is not UTF-8 is read as another one, which is not there.
      const { stdout } = await own.run(['ls-tree', '-z', '--name-only', `${tree}:${folder}`]);
      return [folder, stdout.split('\0').filter(Boolean)] as const;
    }),
  );
  return clashesOf(added, new Map(names));
}
