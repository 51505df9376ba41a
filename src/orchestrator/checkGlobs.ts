import { Problem } from '../task/problem.ts';

/** No file of the repository can ever match it. */
export const leadsOutside = (glob: string) => glob.startsWith('/') || glob.split('/').includes('..');

/**
 * @param option that was given them, as a person writes it
 * @throws Problem `empty-path`; `outside-path` for what would keep nothing apart
 */
export function checkGlobs(option: string, globs: readonly string[] = []): void {
  if (globs.some((glob) => glob.trim() === ''))
    throw new Problem('user', 'empty-path', `${option} was given an empty glob`);
  const outside = globs.find(leadsOutside);
  if (outside !== undefined)
    throw new Problem(
      'user',
      'outside-path',
      `${option} takes globs from the top of the repository, not "${outside}"`,
      `Like this: ${option} "apps/web/**"`,
    );
}
