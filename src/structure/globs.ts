// Globs over paths of a repository: `*` stays within a folder, `**` does not, names that begin with a dot match too. The
// only import of picomatch.

import picomatch from 'picomatch';

/** @returns whether a path, relative to the repository, matches any of them */
export function matcherOf(globs: readonly string[]): (path: string) => boolean {
  if (globs.length === 0) return () => false;
  return picomatch([...globs], { dot: true });
}

/** Whether it stands for more than itself. */
export function isGlob(text: string): boolean {
  return /[*?[\]{}()!]/.test(text);
}

/** As in git's pathspecs, which is what people write for sections: no braces, no negation. */
const AS_IN_GIT = { dot: true, nobrace: true, noextglob: true, nonegate: true } as const;

/**
 * @param globs relative to the repository, `/`-separated
 * @returns whether a path matches one of them; for none, nothing does
 */
export function matcher(globs: readonly string[]): (path: string) => boolean {
  if (globs.length === 0) return () => false;
  return picomatch([...globs], AS_IN_GIT);
}
