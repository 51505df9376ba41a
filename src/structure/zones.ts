// Whose a path is, and which zones a task touches. Zones may overlap: the most specific glob wins.

import { isSameName, SERIAL_SHARED, SHARED, type Zone } from '../task/zone.ts';
import { matcher } from './globs.ts';
import { contains, isLiteral, literalPrefix, overlaps, tidied } from './overlap.ts';
import { keyOf, type StructureFile } from './structureFile.ts';

export interface ZoneMap {
  /** As they were given. */
  readonly zones: readonly Zone[];
  /** Whose a path is; `shared` where it is in no zone. */
  owner(path: string): Zone;
  /**
   * The zones that paths matching these globs may be in, in the order in which they were given, `shared` last where it is
   * none of them.
   */
  touching(globs: readonly string[]): readonly Zone[];
  /** Of a task: by its own globs, else by its section. Empty where neither says anything, or there are no zones. */
  ofTask(task: {
    readonly paths: readonly string[];
    readonly section: { readonly name: string; readonly paths: readonly string[] } | null;
  }): readonly Zone[];
}

interface Rule {
  readonly zone: Zone;
  readonly glob: string;
  matches(path: string): boolean;
}

/** @param zones with unique names; which of two with one glob has it is said by their order */
export function mapZones(zones: readonly Zone[]): ZoneMap {
  const rules = zones
    .flatMap((zone) => zone.paths.map((glob) => ruleOf(zone, tidied(glob))))
    // A stable sort: among equals the order stays.
    .sort((one, other) => literalPrefix(other.glob).length - literalPrefix(one.glob).length);
  const shared = zones.find((zone) => isSameName(zone.name, SHARED)) ?? SERIAL_SHARED;
  const owner = (path: string) => rules.find((rule) => rule.matches(path))?.zone ?? shared;
  const touched = new Map<string, readonly Zone[]>();
  const touching = (globs: readonly string[]) => {
    const key = JSON.stringify(globs);
    const known = touched.get(key);
    if (known) return known;
    const found = new Set(globs.flatMap((glob) => touchedBy(tidied(glob), rules, owner, shared)));
    const ordered = [
      ...zones.filter((zone) => found.has(zone)),
      ...[...found].filter((one) => !zones.includes(one)),
    ];
    touched.set(key, ordered);
    return ordered;
  };
  return {
    zones,
    owner,
    touching,
    ofTask({ paths, section }) {
      if (zones.length === 0) return [];
      if (paths.length > 0) return touching(paths);
      if (section === null) return [];
      const named = zones.filter((zone) => zone.sections.some((name) => isSameName(name, section.name)));
      return named.length > 0 ? named : touching(section.paths);
    },
  };
}

function ruleOf(zone: Zone, glob: string): Rule {
  return { zone, glob, matches: matcher(isLiteral(glob) ? [glob, `${glob}/**`] : [glob]) };
}

function touchedBy(
  glob: string,
  rules: readonly Rule[],
  owner: (path: string) => Zone,
  shared: Zone,
): readonly Zone[] {
  if (isLiteral(glob)) {
    // Whether it is a file or a folder is not known: what somebody has set apart within it belongs to it only if it is one.
    const within = rules.filter((rule) => literalPrefix(rule.glob).startsWith(`${glob}/`));
    // `x/**` itself is not set apart within `x`.
    return [owner(glob), ...within.filter((rule) => rule.glob !== `${glob}/**`).map((rule) => rule.zone)];
  }
  const found: Zone[] = [];
  for (const rule of rules) {
    const globs = isLiteral(rule.glob) ? [rule.glob, `${rule.glob}/**`] : [rule.glob];
    if (globs.some((one) => overlaps(one, glob))) found.push(rule.zone);
    // What is less specific has nothing of it left.
    if (globs.some((one) => contains(one, glob))) return found;
  }
  return [...found, shared];
}

interface ZonedSection {
  readonly name: string;
  readonly paths: readonly string[];
  readonly maxRunners: number;
  readonly exclusive: boolean;
}

/** Each section with paths is a zone of its own. */
export function zonesOfSections(sections: readonly ZonedSection[]): Zone[] {
  return sections
    .filter(({ paths }) => paths.length > 0)
    .map(({ name, paths, maxRunners, exclusive }) => ({
      name,
      paths,
      maxRunners,
      exclusive,
      sections: [name],
    }));
}

/**
 * Each component and each shared package of structure.yaml is a zone, under the name that it has there; then each section
 * with paths that is none of them. Whose section is called like an entry, or has just its paths, belongs to its zone, and how
 * many runners it may have, the zone may have.
 */
export function zonesDeclared(
  { components, shared }: Pick<StructureFile, 'components' | 'shared'>,
  sections: readonly ZonedSection[],
): Zone[] {
  const entries = [...components, ...shared];
  const keys = new Set(entries.map(({ name }) => keyOf(name)));
  const others = new Set(sections);
  const zones = entries.map(({ name, paths, isolation }): Zone => {
    const own = [...others].filter(
      (section) =>
        keyOf(section.name) === keyOf(name) ||
        (!keys.has(keyOf(section.name)) && JSON.stringify(section.paths) === JSON.stringify(paths)),
    );
    for (const section of own) others.delete(section);
    const maxRunners = Math.max(1, ...own.map((section) => section.maxRunners));
    const exclusive = isolation === 'exclusive';
    return { name, paths, maxRunners, exclusive, sections: own.map((section) => section.name) };
  });
  return [...zones, ...zonesOfSections([...others])];
}
