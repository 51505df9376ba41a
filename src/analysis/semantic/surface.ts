// What a branch does to the exports of its modules, and which exports of others it newly uses: all that has to be known of it
// to see whether another branch goes with it, however cleanly both merge.

import { type Exports, exportsOf } from './exports.ts';
import { targetOf } from './module.ts';
import type { Export, Surface } from './semantic.ts';
import { type Uses, usesOf } from './uses.ts';

/** What a module's text says of others, wherever it stands. */
export interface ModuleText {
  readonly exports: Exports;
  readonly uses: Uses;
}

/** @param source of a module in JavaScript or TypeScript */
export function readText(source: string): ModuleText {
  return { exports: exportsOf(source), uses: usesOf(source) };
}

const NOTHING: ModuleText = { exports: new Map(), uses: new Map() };

export interface Module extends ModuleText {
  readonly file: string;
}

/** A file that a branch changed. */
export interface ChangedModule {
  /** Undefined where it is new. */
  readonly before: Module | undefined;
  /** Undefined where it is gone. */
  readonly after: Module | undefined;
}

/** Exports that one branch may have at most, so that what is kept of it stays small. */
const MOST = 1_000;

export function surfaceOf(modules: readonly ChangedModule[]): Surface {
  const changed: Export[] = [];
  const added: Surface['added'][number][] = [];
  const used: Surface['uses'][number][] = [];
  for (const { before, after } of modules) {
    const [{ exports: old, uses }, { exports: now }] = [before ?? NOTHING, after ?? NOTHING];
    if (before) changed.push(...changesOf(before.file, old, after?.file, now));
    for (const [name] of now)
      if (after && (!old.has(name) || before?.file !== after.file)) added.push({ file: after.file, name });
    if (after) used.push(...newUses(after.file, uses, after.uses));
  }
  return { changed: changed.slice(0, MOST), added: added.slice(0, MOST), uses: used.slice(0, MOST) };
}

function changesOf(file: string, old: Exports, nowIn: string | undefined, now: Exports): Export[] {
  const fresh = [...now].filter(([name]) => !old.has(name));
  return [...old].flatMap(([name, before]): Export[] => {
    const after = now.get(name);
    if (nowIn !== undefined && nowIn !== file && after !== undefined)
      return [{ file, name, change: 'moved', to: nowIn, before, after }];
    if (after === before) return [];
    if (after !== undefined) return [{ file, name, change: 'retyped', to: null, before, after }];
    // What says nothing of its type could be any other.
    const renamed = before === '' ? [] : fresh.filter(([, signature]) => signature === before);
    const [to] = renamed.length === 1 ? (renamed[0] ?? []) : [];
    if (to !== undefined) return [{ file, name, change: 'renamed', to, before, after: before }];
    return [{ file, name, change: 'removed', to: null, before, after: null }];
  });
}

/** Imported there for the first time, or named more often than before. */
function newUses(file: string, before: Uses, after: Uses): Surface['uses'][number][] {
  return [...after].flatMap(([key, { specifier, name, times }]) => {
    const was = before.get(key);
    return was === undefined || times > was.times
      ? [{ file, name, specifier, target: targetOf(file, specifier) }]
      : [];
  });
}
