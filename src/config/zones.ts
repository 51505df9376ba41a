// Zones as the configuration gives them: `runners.zones`.

import type { Problem } from '../task/problem.ts';
import { isSameName, type Zone } from '../task/zone.ts';
import type { Config } from './schema.ts';
import type { Path } from './yaml.ts';

/** How tasks are kept apart: by their sections' places, or by zones too. Zones that are written down are meant. */
export function isolationOf({ runners }: Config): 'section' | 'directory' {
  return runners.isolation ?? (runners.zones.length > 0 ? 'directory' : 'section');
}

/** Whether they come from what the repository is made of: they are wanted, and the configuration names none. */
export function zonesAreDeclared(config: Config): boolean {
  return config.runners.zones.length === 0 && isolationOf(config) === 'directory';
}

/** @param raw the list or map as it stands in the file, for where a mistake is */
export function checkZones(
  config: Config,
  raw: unknown,
  wrong: (path: Path, sentence: string) => Problem,
): void {
  const { zones } = config.runners;
  const at = zonePlace(raw);
  const owners = new Map<string, Zone>();
  zones.forEach((zone, index) => {
    const twin = zones.slice(0, index).find((other) => isSameName(other.name, zone.name));
    if (twin !== undefined) throw wrong(at(zone, index), `there are two zones named "${zone.name}"`);
    zone.paths.forEach((glob, number) => {
      const mistake = mistakeInGlob(glob);
      if (mistake !== undefined)
        throw wrong([...at(zone, index), 'paths', number], `zone "${zone.name}": "${glob}" ${mistake}`);
      const key = glob.replace(/^(\.\/)+/, '').replace(/\/+$/, '');
      const other = owners.get(key);
      if (other !== undefined)
        throw wrong(
          [...at(zone, index), 'paths', number],
          other === zone
            ? `zone "${zone.name}" names "${glob}" twice`
            : `zones "${other.name}" and "${zone.name}" both claim "${glob}": it can be only one's, and the more specific glob wins`,
        );
      owners.set(key, zone);
    });
  });
}

/** Where in the file a zone stands. */
export function zonePlace(raw: unknown): (zone: Pick<Zone, 'name'>, index: number) => Path {
  const written = (raw as { runners?: { zones?: unknown } } | undefined)?.runners?.zones;
  return ({ name }, index) => ['runners', 'zones', Array.isArray(written) ? index : name];
}

/** @returns what is wrong with a glob of paths in the repository, as the rest of a sentence */
export function mistakeInGlob(glob: string): string | undefined {
  if (glob.startsWith('/')) return 'begins with "/", and zones are within the repository';
  if (glob.startsWith('!'))
    return 'begins with "!": a zone says what is in it, and a more specific zone takes away';
  if (/^[A-Za-z]:|^\\/.test(glob)) return 'is no path of the repository';
  if (glob.split('/').includes('..')) return 'has "..", and zones are within the repository';
  if (/[{}]|[@+?*!]\(/.test(glob))
    return 'has braces or brackets that globs here do not have: write each one out';
  const brackets = glob.replace(/\\./g, '').replace(/\[!?(\][^\]]*|[^\]]+)\]/g, '');
  if (brackets.includes('[')) return 'has a "[" without its "]"';
  return undefined;
}
