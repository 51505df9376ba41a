// What discovery reads: the files of a repository, from a checkout or from a commit. Nothing of it is ever run.

export interface Tree {
  /** Tracked files, `/`-separated, relative to the repository, sorted by code unit; no links. */
  readonly files: readonly string[];
  /** The text of a file; undefined where it cannot be read, with a warning of its own. */
  read(path: string): Promise<string | undefined>;
}

/** What was found wrong on the way. The rest is still discovered. */
export interface Warning {
  /** The file or folder. */
  readonly path: string;
  /** Names the thing and the remedy. */
  readonly sentence: string;
  /** To be known, and nothing to be mended. */
  readonly minor?: true;
}
