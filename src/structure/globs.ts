// The only import of picomatch. Globs are those of git's pathspecs: no braces, no negation, and a leading dot is a
// character like any other.

import picomatch from 'picomatch';

const AS_IN_GIT = { dot: true, nobrace: true, noextglob: true, nonegate: true } as const;

/**
 * @param globs relative to the repository, `/`-separated
 * @returns whether a path matches one of them; for none, nothing does
 */
export function matcher(globs: readonly string[]): (path: string) => boolean {
  if (globs.length === 0) return () => false;
  return picomatch([...globs], AS_IN_GIT);
}
