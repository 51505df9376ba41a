// Globs over paths of a repository: `*` stays within a folder, `**` does not, names that begin with a dot match too. The
// only import of picomatch.

import picomatch from 'picomatch';

/**
 * `git`: as in git's pathspecs, which is what people write for zones and sections: braces, `!` and `+(…)` are only characters.
 * `workspace`: as package managers read them, where `{apps,packages}/*` is two globs and `+(a|b)` is either.
 */
export type Dialect = 'git' | 'workspace';

const READ_AS: Readonly<Record<Dialect, picomatch.PicomatchOptions>> = {
  git: { dot: true, nobrace: true, noextglob: true, nonegate: true },
  workspace: { dot: true },
};

/**
 * @param globs relative to the repository, `/`-separated
 * @returns whether a path matches one of them; for none, nothing does
 */
export function matcher(globs: readonly string[], dialect: Dialect = 'git'): (path: string) => boolean {
  if (globs.length === 0) return () => false;
  return picomatch([...globs], READ_AS[dialect]);
}

/** Whether it stands for more than itself, in any dialect. */
export function isGlob(text: string): boolean {
  return /[*?[\]{}()!]/.test(text);
}
