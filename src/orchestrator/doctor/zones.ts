import { CONFIG_FILE } from '../../config/parse.ts';
import { isolationOf } from '../../config/zones.ts';
import { listFiles } from '../../git/tree.ts';
import { matcher } from '../../structure/globs.ts';
import { isLiteral, tidied } from '../../structure/overlap.ts';
import type { Gate } from '../gate.ts';
import type { Grounds } from '../project.ts';
import { type Checkup, ok, warning } from './checkup.ts';

/** Whether every zone's globs match something: one that was renamed on main, or misspelt, keeps nobody apart. */
export async function checkZones(grounds: Grounds, gate: Gate): Promise<Checkup[]> {
  const { zones } = gate.config.runners;
  if (zones.length === 0) return [];
  const files = await listFiles(grounds.git, gate.main);
  const idle = zones.flatMap(({ name, paths }) =>
    paths.filter((glob) => !files.some(matching(tidied(glob)))).map((glob) => ({ name, glob })),
  );
  if (idle.length > 0)
    return idle.map(({ name, glob }) =>
      warning(
        'zones',
        `zone "${name}": no file on ${grounds.main} matches "${glob}"`,
        `Correct runners.zones in ${CONFIG_FILE}, unless it is yet to come.`,
      ),
    );
  const names = zones.map(({ name }) => name).join(', ');
  const how = isolationOf(gate.config) === 'directory' ? 'keep tasks apart' : 'only say what lies outside';
  return [ok('zones', `${names} ${how}`)];
}

function matching(glob: string): (path: string) => boolean {
  return matcher(isLiteral(glob) ? [glob, `${glob}/**`] : [glob]);
}
