import { CONFIG_FILE } from '../../config/parse.ts';
import { isolationOf } from '../../config/zones.ts';
import { listFiles } from '../../git/tree.ts';
import { matcher } from '../../structure/globs.ts';
import { isLiteral, tidied } from '../../structure/overlap.ts';
import { STRUCTURE_FILE } from '../../structure/structureFile.ts';
import { zonesDeclared } from '../../structure/zones.ts';
import type { Zone } from '../../task/zone.ts';
import type { Gate } from '../gate.ts';
import type { Grounds } from '../project.ts';
import { type Checkup, ok, warning } from './checkup.ts';

/** Whether every zone's globs match something: one that was renamed on main, or misspelt, keeps nobody apart. */
export async function checkZones(grounds: Grounds, gate: Gate): Promise<Checkup[]> {
  const { declared, mistake } = gate.structure;
  if (mistake !== null) {
    const remedy = `Correct it on ${grounds.main}: until then, only sections that have paths are zones.`;
    return [warning('zones', mistake, remedy)];
  }
  const written = gate.config.runners.zones;
  const zones = written.length > 0 || declared === null ? written : zonesDeclared(declared, []);
  if (zones.length === 0) return [];
  const from = written.length > 0 ? CONFIG_FILE : STRUCTURE_FILE;
  const files = await listFiles(grounds.git, gate.main);
  const idle = zones.flatMap(({ name, paths }) =>
    paths.filter((glob) => !files.some(matching(tidied(glob)))).map((glob) => ({ name, glob })),
  );
  if (idle.length > 0) return idle.map((one) => idleGlob(grounds, one, from));
  return [ok('zones', `${namesOf(zones)} (${from}) ${does(gate)}`)];
}

function idleGlob(grounds: Grounds, { name, glob }: { name: string; glob: string }, from: string): Checkup {
  const remedy =
    from === CONFIG_FILE
      ? `Correct runners.zones in ${CONFIG_FILE}, unless it is yet to come.`
      : 'steroids structure analyze';
  return warning('zones', `zone "${name}": no file on ${grounds.main} matches "${glob}"`, remedy);
}

const namesOf = (zones: readonly Zone[]) => zones.map(({ name }) => name).join(', ');

const does = (gate: Gate) =>
  isolationOf(gate.config) === 'directory' ? 'keep tasks apart' : 'only say what lies outside';

function matching(glob: string): (path: string) => boolean {
  return matcher(isLiteral(glob) ? [glob, `${glob}/**`] : [glob]);
}
