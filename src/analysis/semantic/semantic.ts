// What merges cleanly and does not work: an export that one branch removes, renames, moves or types anew, while another one
// adds a use of it.

import type { Finding } from '../../task/clash.ts';
import { stemOf } from './module.ts';

export interface Export {
  readonly file: string;
  readonly name: string;
  readonly change: Finding['change'];
  /** Its new name, or the file that has it now. */
  readonly to: string | null;
  /** What its declaration said of its type, and says now. */
  readonly before: string;
  readonly after: string | null;
  /** The package that the file is in, where it has a name. */
  readonly package?: { readonly name: string; readonly folder: string };
}

interface NewUse {
  readonly file: string;
  readonly name: string;
  readonly specifier: string;
  /** Where the specifier leads, without its ending; null where it is not relative. */
  readonly target: string | null;
}

/** Of a branch, since it left main. */
export interface Surface {
  readonly changed: readonly Export[];
  readonly added: readonly { readonly file: string; readonly name: string }[];
  readonly uses: readonly NewUse[];
}

/** Of a pair; more say nothing more. */
const MOST = 50;

export function findingsOf(one: Surface, other: Surface): Finding[] {
  return [...broken(one, other, 'one'), ...broken(other, one, 'other')].slice(0, MOST);
}

function broken(changing: Surface, using: Surface, changedBy: Finding['changedBy']): Finding[] {
  if (changing.changed.length === 0 || using.uses.length === 0) return [];
  const uses = Map.groupBy(using.uses, ({ name }) => name);
  return changing.changed.flatMap((changed) => {
    // Both do the same to it.
    const same = using.changed.some(
      (own) => own.file === changed.file && own.name === changed.name && own.after === changed.after,
    );
    if (same) return [];
    return (uses.get(changed.name) ?? [])
      .filter((use) => use.file !== changed.file && leadsTo(use, changed, changing))
      .map(({ file }) => ({
        file: changed.file,
        export: changed.name,
        change: changed.change,
        to: changed.to,
        before: changed.before,
        after: changed.after,
        changedBy,
        usedIn: file,
      }));
  });
}

/** Whether a use is one of that export: by its module's own path, or by the folder or package that hands it on. */
function leadsTo(use: NewUse, changed: Export, { added }: Surface): boolean {
  const stem = stemOf(changed.file);
  const isOwn = use.target === null ? aliased(use.specifier, stem) : use.target === stem;
  if (isOwn) return true;
  // Handed on, it may still be there: what matters is whether the folder has it.
  const folder = use.target ?? folderOfPackage(use.specifier, changed);
  if (folder === undefined || !isBelow(stem, folder)) return false;
  return (
    changed.change === 'retyped' ||
    !added.some(({ file, name }) => name === changed.name && isBelow(file, folder))
  );
}

/** `@/lib/text` and `~/lib/text`, as bundlers and tsconfig.json have them, for `apps/web/src/lib/text`. */
function aliased(specifier: string, stem: string): boolean {
  const rest = /^[@~#]\/(.+)$/.exec(specifier)?.[1];
  return rest !== undefined && `/${stem}`.endsWith(`/${stemOf(rest)}`);
}

function folderOfPackage(specifier: string, { package: owner }: Export): string | undefined {
  if (owner === undefined) return undefined;
  return specifier === owner.name || specifier.startsWith(`${owner.name}/`) ? owner.folder : undefined;
}

const isBelow = (file: string, folder: string) =>
  folder === '' || folder === '.' || file.startsWith(`${folder}/`);
