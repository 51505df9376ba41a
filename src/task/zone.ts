/** Paths that a runner may change, and how many may be at work in them. */
export interface Zone {
  /** Unique among zones, whatever its case. */
  readonly name: string;
  /** Globs as in git's pathspecs, relative to the repository: `api/**`; a folder's name means all that is in it. */
  readonly paths: readonly string[];
  /** How many tasks, or runners that keep it, have it at once. */
  readonly maxRunners: number;
  /** While a task that touches it is under way, no other task is. */
  readonly exclusive: boolean;
  /** Names of sections whose tasks belong to it where they name no paths. */
  readonly sections: readonly string[];
}

/** The zone of what lies in no other one, whether or not it is written down. */
export const SHARED = 'shared';

/** One after the other, unless the configuration says otherwise: nobody has said that these paths are apart. */
export const SERIAL_SHARED: Zone = {
  name: SHARED,
  paths: [],
  maxRunners: 1,
  exclusive: false,
  sections: [],
};

export const isSameName = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();
