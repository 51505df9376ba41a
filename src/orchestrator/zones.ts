// The zones in force: those of main's configuration, else one for each part of structure.yaml and each section that has paths.

import { nearest } from '../config/near.ts';
import { CONFIG_FILE } from '../config/parse.ts';
import type { Config } from '../config/schema.ts';
import { isolationOf } from '../config/zones.ts';
import type { Db } from '../store/open.ts';
import { listBareSections } from '../store/sections.ts';
import type { Zoning } from '../store/zones.ts';
import { keyOf, STRUCTURE_FILE } from '../structure/structureFile.ts';
import { mapZones, type ZoneMap, zonesDeclared, zonesOfSections } from '../structure/zones.ts';
import { Problem } from '../task/problem.ts';
import type { Section } from '../task/section.ts';
import { named } from '../task/start.ts';
import type { Task } from '../task/task.ts';
import { isSameName, SERIAL_SHARED, SHARED, type Zone } from '../task/zone.ts';
import { type Gate, readGate } from './gate.ts';
import type { Grounds } from './project.ts';
import type { StructureOnMain } from './structureOnMain.ts';

export interface Zones {
  readonly map: ZoneMap;
  /** Whether they keep tasks apart, or only say what lies outside. */
  readonly apart: boolean;
  readonly sections: readonly Section[];
}

/** What zones are told from. */
export type ZonesGate = Pick<Gate, 'config' | 'structure'>;

interface Mapped {
  readonly sections: string;
  readonly structure: StructureOnMain;
  readonly zones: Zones;
}

/** Globs are compiled once for the same zones: every claim asks. */
const mapped = new WeakMap<Config, Mapped>();

export async function readZones(db: Db, { config, structure }: ZonesGate): Promise<Zones> {
  const sections = await listBareSections(db);
  const key = JSON.stringify(sections);
  const known = mapped.get(config);
  if (known?.sections === key && known.structure === structure) return known.zones;
  const written = config.runners.zones;
  const found = structure.declared ? zonesDeclared(structure.declared, sections) : zonesOfSections(sections);
  const map = mapZones(written.length > 0 ? written : found);
  const zones = { map, apart: isolationOf(config) === 'directory', sections };
  mapped.set(config, { sections: key, structure, zones });
  return zones;
}

/** Not where the configuration cannot be read: that is said elsewhere. */
export async function zonesKeepApart(project: Grounds): Promise<boolean> {
  const gate = await readGate(project).catch(() => undefined);
  return gate !== undefined && isolationOf(gate.config) === 'directory';
}

/** What is told before runners start where structure.yaml should say which zones there are, and cannot. */
export function structureNotice({ structure }: ZonesGate): string | undefined {
  if (structure.mistake === null) return undefined;
  return `${structure.mistake}\nUntil that is corrected on main, only sections that have paths are zones.`;
}

/** All that a task touches, by its paths or its section; empty where nothing is known. */
export function zonesOf({ map, sections }: Zones, task: Pick<Task, 'paths' | 'section'>): readonly Zone[] {
  const section = sections.find((one) => one.id === task.section?.id) ?? null;
  return map.ofTask({ paths: task.paths, section });
}

/** Those of them that keep it apart from others. */
export async function zonesApart(
  db: Db,
  gate: ZonesGate,
  task: Pick<Task, 'paths' | 'section'>,
): Promise<readonly Zone[]> {
  const zones = await readZones(db, gate);
  return zones.apart ? zonesOf(zones, task) : [];
}

/**
 * For a claim. Undefined where zones keep nobody apart: nothing more is read then.
 * @param kept the zone that the runner has itself
 * @param only the zones whose tasks it takes; empty for all
 */
export async function zoningFor(
  db: Db,
  gate: Gate,
  kept: string | null,
  only: readonly string[],
): Promise<Zoning | undefined> {
  if (isolationOf(gate.config) === 'section') return undefined;
  const zones = await readZones(db, gate);
  const bySection = new Map(zones.sections.map((section) => [section.id, section]));
  return {
    kept,
    only: kept === null ? only : [kept],
    zonesOf: ({ section_id, paths }) =>
      zones.map.ofTask({ paths: JSON.parse(paths), section: bySection.get(section_id ?? '') ?? null }),
  };
}

/** By name, however it is written, or by its section's. @throws Problem `unknown-zone`, `no-zones` */
export async function theZone(db: Db, gate: Gate, text: string): Promise<Zone> {
  const { map, apart } = await readZones(db, gate);
  if (!apart)
    throw new Problem(
      'config',
      'no-zones',
      'zones keep nobody apart here, so none can be kept for a runner',
      `Say so in ${CONFIG_FILE} and commit that: runners: { isolation: directory }, with zones, a ${STRUCTURE_FILE} or sections that have paths.`,
    );
  const zone = [...map.zones, SERIAL_SHARED].find(({ name }) => isSameName(name, text));
  if (zone) return zone;
  const alike = map.zones.filter(({ name, sections }) =>
    [name, ...sections].some((one) => keyOf(one) === keyOf(text)),
  );
  const [only, ...others] = alike;
  if (only && others.length === 0) return only;
  throw new Problem('user', 'unknown-zone', `there is no zone "${text}"`, knownZones(map, gate, text));
}

function knownZones({ zones }: ZoneMap, gate: Gate, text: string): string {
  const near = nearest(text, [...zones.flatMap(({ name, sections }) => [name, ...sections]), SHARED]);
  if (near !== undefined) return `Did you mean "${near}"?`;
  if (zones.length > 0) return `Known: ${zones.map(({ name }) => name).join(', ')}, ${SHARED}`;
  return (
    structureNotice(gate) ?? 'There are none but "shared". From the repository: steroids init --monorepo'
  );
}

/** A section that is spelt otherwise would have no zone. One that is yet to come is fine. @throws Problem `unknown-section` */
export async function checkZonedSections(db: Db, { config }: Pick<Gate, 'config'>): Promise<void> {
  const there = (await listBareSections(db)).map(({ name }) => name);
  for (const zone of config.runners.zones)
    for (const name of zone.sections) {
      const near = nearest(name, there);
      if (near === undefined || there.some((one) => isSameName(one, name))) continue;
      throw new Problem(
        'config',
        'unknown-section',
        `zone "${zone.name}" names the section "${name}", and there is no such section: did you mean "${near}"?`,
        `Correct it in ${CONFIG_FILE} and commit that, or: steroids sections add "${name}"`,
      );
    }
}

export const zonesText = (zones: readonly Zone[]) =>
  named(
    'zone',
    zones.map(({ name }) => name),
  );
