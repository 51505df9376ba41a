// A tree of packages in which each finds what it was given: the nearest folder above it that has the name.

export interface Dependency {
  readonly name: string;
  readonly range: string;
  /** Of a peer, any will do that is there. */
  readonly kind: 'needed' | 'optional' | 'peer';
}

/** Whose it is, `''` for the root; then what it asks for. */
export const needOf = (id: string, { name, range }: Dependency) => JSON.stringify([id, name, range]);

/** More than any tree that installs. */
const PLACES = 200_000;
const DEPTH = 30;

/** Of a package that another one brings: it lies in that one's folder and nowhere else. */
export const BROUGHT = ' (brought)';

/**
 * Everything lies at the top, where its name is free there, and else with who needs it.
 * @param dependenciesOf of a package, or of the root (`''`); undefined where nobody knows it
 * @param given the package for each need
 * @returns the package at each place (`left/deep`); undefined where there is no such tree, or something is missing
 */
export function layOut(
  dependenciesOf: (id: string) => readonly Dependency[] | undefined,
  given: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> | undefined {
  const places = new Map<string, string>([['', '']]);
  // What is added on the way is gone through too: whoever is further above has found what it needs by then.
  for (const [place, id] of places) {
    const dependencies = dependenciesOf(id);
    if (dependencies === undefined || places.size > PLACES) return undefined;
    for (const dependency of dependencies) {
      const wanted = given.get(needOf(id, dependency));
      if (wanted === undefined && dependency.kind === 'needed') return undefined;
      if (wanted === undefined || isServed(places, place, dependency, wanted)) continue;
      const above = wanted.endsWith(BROUGHT) ? bringerOf(places, place) : '';
      const at = [above, place].map((one) => inside(one, dependency.name)).find((one) => !places.has(one));
      if (at === undefined || namesOf(at).length > DEPTH) return undefined;
      places.set(at, wanted);
    }
  }
  // What one package brings may have come to lie between another one in it and what that found further above.
  for (const [place, id] of places)
    for (const dependency of dependenciesOf(id) ?? []) {
      const wanted = given.get(needOf(id, dependency));
      if (wanted !== undefined && !isServed(places, place, dependency, wanted)) return undefined;
    }
  places.delete('');
  return places;
}

function isServed(
  places: ReadonlyMap<string, string>,
  place: string,
  { name, kind }: Dependency,
  wanted: string,
): boolean {
  const found = findFrom(places, place, name);
  return found === wanted || (found !== undefined && kind === 'peer');
}

const inside = (place: string, name: string) => (place === '' ? name : `${place}/${name}`);

function bringerOf(places: ReadonlyMap<string, string>, place: string): string {
  const names = namesOf(place);
  while (places.get(names.join('/'))?.endsWith(BROUGHT)) names.pop();
  return names.join('/');
}

/** @returns what stands for a name from a place on */
export function findFrom(
  places: ReadonlyMap<string, string>,
  place: string,
  name: string,
): string | undefined {
  const above = namesOf(place);
  for (let depth = above.length; depth >= 0; depth--) {
    const found = places.get(inside(above.slice(0, depth).join('/'), name));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** `@scope/a/deep` are two. */
const namesOf = (place: string): string[] => place.match(/(?:@[^/]+\/)?[^/]+/g) ?? [];
