// Whether two commits of a history would have conflicted, had both been begun on the same main: asked of git, with the
// commits as they are. What is written for that goes into an object folder of its own.

import path from 'node:path';
import type { Git } from '../src/git/client.ts';
import { mergeTree } from '../src/git/mergeTree.ts';
import { type Sha, toSha } from '../src/task/ids.ts';
import { overlapOf } from '../src/task/schedule.ts';
import type { PastTask } from './scheduleTasks.ts';

const WHO = { NAME: 'bench', EMAIL: 'bench@localhost', DATE: '2026-01-01T00:00:00Z' };
const IDENTITY = Object.fromEntries(
  ['AUTHOR', 'COMMITTER'].flatMap((role) =>
    Object.entries(WHO).map(([key, value]) => [`GIT_${role}_${key}`, value]),
  ),
);

/** `untold`: git cannot say, because what came between the two builds on the earlier one. */
export type Clash = 'clash' | 'clean' | 'untold';

export class Clashes {
  readonly #git: Git;
  readonly #known = new Map<string, Clash>();

  private constructor(git: Git) {
    this.#git = git;
  }

  /** @param folder where objects may be written */
  static async open(git: Git, folder: string): Promise<Clashes> {
    const common = await git.read(['rev-parse', '--path-format=absolute', '--git-common-dir']);
    return new Clashes(
      git.at(git.dir, {
        ...IDENTITY,
        GIT_OBJECT_DIRECTORY: folder,
        GIT_ALTERNATE_OBJECT_DIRECTORIES: path.join(common, 'objects'),
      }),
    );
  }

  /** @param earlier the one that came first in the history */
  async clash(earlier: PastTask, later: PastTask): Promise<Clash> {
    const paths = sharedFiles(earlier, later);
    if (paths.length === 0) return 'clean';
    const key = `${earlier.commit} ${later.commit}`;
    const known = this.#known.get(key) ?? (await this.#ask(earlier, later, new Set(paths)));
    this.#known.set(key, known);
    return known;
  }

  /**
   * The earlier one is taken out of what the later one was made on, and the later one is laid onto that. Where that
   * conflicts, it changes lines that the earlier one wrote.
   */
  async #ask(earlier: PastTask, later: PastTask, common: ReadonlySet<string>): Promise<Clash> {
    const before = await this.#commit(later.parent, earlier.commit);
    const taken = await mergeTree(
      this.#git,
      undefined,
      before,
      await this.#commit(earlier.parent, earlier.commit),
    );
    if (isConflicted(taken, common)) return 'untold';
    const without = await this.#commit(taken.tree, later.parent);
    const laid = await mergeTree(this.#git, undefined, without, later.commit);
    return isConflicted(laid, common) ? 'clash' : 'clean';
  }

  /** A commit of a tree, which is said by a commit of it too. */
  async #commit(tree: Sha, parent: Sha): Promise<Sha> {
    return toSha(await this.#git.read(['commit-tree', `${tree}^{tree}`, '-p', parent, '-m', 'bench']));
  }
}

export function sharedFiles(one: PastTask, other: PastTask): readonly string[] {
  return overlapOf(one.changed, other.changed, () => false).paths;
}

function isConflicted(merged: Awaited<ReturnType<typeof mergeTree>>, common: ReadonlySet<string>): boolean {
  return merged.kind === 'conflicted' && [...merged.conflicts.keys()].some((file) => common.has(file));
}
