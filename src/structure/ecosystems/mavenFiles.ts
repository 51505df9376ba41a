// A pom.xml as far as it is plain: coordinates, modules and dependencies, with properties of its own and of the parents in the repository.

import { folderOf, within } from '../paths.ts';
import { parseXml } from '../xml.ts';
import { resolveFrom } from './folders.ts';
import type { Manifest } from './reading.ts';
import { at, entriesAt, listAt, shortTitle, textAt, textsAt } from './values.ts';

/** Coordinates as they are written, with `${…}`. */
export interface Coordinates {
  readonly group: string | undefined;
  readonly artifact: string | undefined;
}

export interface Dependency extends Coordinates {
  /** `jar`, unless it says otherwise: the jar of an artifact and that of its tests are managed apart. */
  readonly type: string;
  readonly classifier: string | undefined;
  readonly scope: string | undefined;
}

export interface Pom {
  readonly own: Coordinates;
  readonly parent:
    | (Coordinates & { readonly version: string | undefined; readonly relativePath: string })
    | undefined;
  readonly version: string | undefined;
  readonly packaging: string;
  readonly title: string | undefined;
  readonly modules: readonly string[];
  readonly properties: ReadonlyMap<string, string>;
  readonly dependencies: readonly Dependency[];
  /** What dependencies are, of it and of its children, that do not say so themselves. */
  readonly managed: readonly Dependency[];
  readonly plugins: readonly Coordinates[];
}

/** @throws Problem `invalid-manifest`, with `path:line:column` */
export function readPom(text: string, path: string): Pom {
  const project = at(parseXml(text, path), 'project');
  const parent = at(project, 'parent');
  // A profile adds to the project; which ones are on is not known here, so all count.
  const places = [project, ...listAt(project, 'profiles', 'profile')];
  const of = (...keys: string[]) => places.flatMap((place) => listAt(place, ...keys));
  return {
    own: coordinatesOf(project),
    parent:
      parent === undefined
        ? undefined
        : {
            ...coordinatesOf(parent),
            version: textAt(parent, 'version'),
            relativePath: textAt(parent, 'relativePath') ?? '../pom.xml',
          },
    version: textAt(project, 'version'),
    packaging: textAt(project, 'packaging') || 'jar',
    title: shortTitle(textAt(project, 'name')),
    modules: places.flatMap((place) => [
      ...textsAt(place, 'modules', 'module'),
      ...textsAt(place, 'subprojects', 'subproject'),
    ]),
    properties: new Map(
      entriesAt(project, 'properties').filter(
        (entry): entry is [string, string] => typeof entry[1] === 'string',
      ),
    ),
    dependencies: of('dependencies', 'dependency').map(dependencyOf),
    managed: listAt(project, 'dependencyManagement', 'dependencies', 'dependency').map(dependencyOf),
    plugins: of('build', 'plugins', 'plugin').map(coordinatesOf),
  };
}

function coordinatesOf(element: unknown): Coordinates {
  return { group: textAt(element, 'groupId'), artifact: textAt(element, 'artifactId') };
}

function dependencyOf(element: unknown): Dependency {
  return {
    ...coordinatesOf(element),
    type: textAt(element, 'type') || 'jar',
    classifier: textAt(element, 'classifier'),
    scope: textAt(element, 'scope'),
  };
}

export type Poms = ReadonlyMap<string, Manifest<Pom>>;

/** Parents of parents; Maven knows no bound, real ones have three or four. */
const MOST_PARENTS = 16;

/** A pom and its parents that are in the repository, nearest first. */
export function lineageOf(pom: Manifest<Pom>, poms: Poms): Manifest<Pom>[] {
  const lineage = [pom];
  for (let here = pom; lineage.length < MOST_PARENTS; ) {
    const above = parentOf(here, poms);
    if (above === undefined || lineage.includes(above)) break;
    lineage.push(above);
    here = above;
  }
  return lineage;
}

/** By its relative path, as Maven does, where that leads to the artifact that is meant. */
export function parentOf({ path, data }: Manifest<Pom>, poms: Poms): Manifest<Pom> | undefined {
  if (data.parent === undefined || data.parent.relativePath === '') return undefined;
  const target = resolveFrom(folderOf(path), data.parent.relativePath);
  if (target === undefined) return undefined;
  const found = poms.get(target) ?? poms.get(within(target, 'pom.xml'));
  return found?.data.own.artifact === data.parent.artifact ? found : undefined;
}

/** `group:artifact`, with what is known of its properties put in; undefined when there is something that is not. */
export function nameOf(coordinates: Coordinates, lineage: readonly Manifest<Pom>[]): string | undefined {
  const name = `${fill(coordinates.group ?? '', lineage)}:${fill(coordinates.artifact ?? '', lineage)}`;
  return name.startsWith(':') || name.endsWith(':') || name.includes('${') ? undefined : name;
}

/** @returns whether a dependency is for tests alone: by what it says itself, else by the nearest pom that manages it */
export function testScopeIn(lineage: readonly Manifest<Pom>[]): (dependency: Dependency) => boolean {
  const keyOf = (one: Dependency) => `${nameOf(one, lineage)}:${one.type}:${one.classifier ?? ''}`;
  const managed = new Map<string, string | undefined>();
  for (const { data } of lineage)
    for (const one of data.managed) {
      const key = keyOf(one);
      if (!managed.has(key)) managed.set(key, one.scope);
    }
  return (one) => fill(one.scope ?? managed.get(keyOf(one)) ?? '', lineage) === 'test';
}

/** A pom's own coordinates: its group is its parent's where it names none. */
export function ownNameOf({ data }: Manifest<Pom>, lineage: readonly Manifest<Pom>[]): string | undefined {
  return nameOf({ group: data.own.group ?? data.parent?.group, artifact: data.own.artifact }, lineage);
}

/** Properties within properties; a circle of them ends here. */
const DEEPEST = 5;

function fill(text: string, lineage: readonly Manifest<Pom>[]): string {
  let filled = text;
  for (let depth = 0; depth < DEEPEST && filled.includes('${'); depth++)
    filled = filled.replace(/\$\{([^}]*)\}/g, (whole, key: string) => propertyOf(key, lineage) ?? whole);
  return filled;
}

function propertyOf(key: string, lineage: readonly Manifest<Pom>[]): string | undefined {
  const [pom] = lineage;
  for (const { data } of lineage) if (data.properties.has(key)) return data.properties.get(key);
  const [, prefix = '', field = ''] = /^(?:project|pom)\.(parent\.)?(\w+)$/.exec(key) ?? [];
  if (prefix) return { groupId: pom?.data.parent?.group, version: pom?.data.parent?.version }[field];
  return {
    groupId: pom?.data.own.group ?? pom?.data.parent?.group,
    artifactId: pom?.data.own.artifact,
    version: pom?.data.version ?? pom?.data.parent?.version,
  }[field];
}
