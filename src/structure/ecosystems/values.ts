// Looks into parsed manifests. They are somebody's data: whatever is not of the expected form counts as not there.

export type Table = Readonly<Record<string, unknown>>;

export function asTable(value: unknown): Table | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Table) : undefined;
}

/** What stands at `keys`, one below the other. */
export function at(value: unknown, ...keys: readonly string[]): unknown {
  let here = value;
  for (const key of keys) {
    const table = asTable(here);
    if (table === undefined || !Object.hasOwn(table, key)) return undefined;
    here = table[key];
  }
  return here;
}

export function textAt(value: unknown, ...keys: readonly string[]): string | undefined {
  const text = at(value, ...keys);
  return typeof text === 'string' ? text : undefined;
}

export function entriesAt(value: unknown, ...keys: readonly string[]): [string, unknown][] {
  return Object.entries(asTable(at(value, ...keys)) ?? {});
}

/** A list; a single thing counts as a list of one, since XML does not tell them apart and YAML allows either. */
export function listAt(value: unknown, ...keys: readonly string[]): unknown[] {
  const list = at(value, ...keys);
  if (list === undefined || list === null || list === '') return [];
  return Array.isArray(list) ? list : [list];
}

export function textsAt(value: unknown, ...keys: readonly string[]): string[] {
  return listAt(value, ...keys).filter((item) => typeof item === 'string');
}

/** A description that can stand for a title: a few words, not a paragraph, nor a name in code, which says no more than the folder. */
export function shortTitle(text: string | undefined): string | undefined {
  const title = text?.trim().replace(/\s+/g, ' ').replace(/\.$/, '');
  if (!title || title.length > LONGEST_TITLE || /[{}<>]|^[a-z0-9]+(?:[-_.:][a-z0-9]+)*$/.test(title))
    return undefined;
  return title;
}

const LONGEST_TITLE = 32;
