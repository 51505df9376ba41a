import type { Git } from './client.ts';

export interface Filter {
  readonly name: string;
  /** As git is told to run it. */
  readonly command: string;
}

/** Filters without which git refuses to check a file out (Git LFS is one), as they are configured. */
export async function requiredFilters(git: Git): Promise<Filter[]> {
  const told = await git.run([
    'config',
    '--null',
    '--get-regexp',
    '^filter\\..*\\.(process|smudge|required)$',
  ]);
  const settings = new Map<string, string>();
  for (const entry of told.stdout.split('\0').filter(Boolean)) {
    const end = entry.indexOf('\n'); // a key alone means true
    settings.set(end < 0 ? entry : entry.slice(0, end), end < 0 ? 'true' : entry.slice(end + 1));
  }
  const names = [...settings.keys()].flatMap((key) => /^filter\.(.+)\.required$/.exec(key)?.[1] ?? []);
  return names
    .filter((name) => /^(true|yes|on|1)$/i.test(settings.get(`filter.${name}.required`) ?? ''))
    .map((name) => ({
      name,
      command: settings.get(`filter.${name}.process`) || settings.get(`filter.${name}.smudge`) || '',
    }));
}

/** Whether a `.gitattributes` of the commit names the filter. */
export async function namesFilter(git: Git, commit: string, name: string): Promise<boolean> {
  const found = await git.run([
    'grep',
    '--quiet',
    '--fixed-strings',
    '-e',
    `filter=${name}`,
    commit,
    '--',
    ':(top,glob)**/.gitattributes',
  ]);
  return found.code === 0;
}
