import type { Argv } from 'yargs';
import type { SectionRow } from '../../store/sections.ts';

/** Options that `sections add` and `sections edit` share. */
export function sectionOptions<T>(yargs: Argv<T>) {
  return yargs
    .option('path', {
      type: 'string',
      array: true,
      requiresArg: true,
      describe: 'Globs of the files that its tasks change',
    })
    .option('exclusive', {
      type: 'boolean',
      describe: 'While one of its tasks is under way, no other task is',
    })
    .option('max-runners', {
      type: 'number',
      requiresArg: true,
      describe: 'How many runners may work in it at once (1 when it is not given)',
    });
}

/** `Web  parallel, 1 runner  apps/web/**` */
export function sectionText(section: SectionRow): string {
  const kind = section.exclusive ? '⚠ EXCL' : 'ISOLATED ✓';
  const runners = section.maxRunners === 1 ? '1 runner' : `${section.maxRunners} runners`;
  const paths = section.paths.length > 0 ? `, ${section.paths.join(' ')}` : '';
  return `${section.id}  ${section.name}: ${kind}, ${runners}${paths}${section.skipped ? ', skipped' : ''}`;
}
