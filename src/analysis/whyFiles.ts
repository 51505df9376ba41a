// What may go wrong when two tasks change the same files, in words that a person can check.

import { isManifest } from '../git/lockfiles.ts';
import { numbersOf } from '../git/migrations.ts';
import type { Overlap, SharedFile } from './overlap.ts';

const KINDS: readonly (readonly [fits: (path: string) => boolean, said: string])[] = [
  [(path) => numbersOf(path).length > 0, 'changes of one migration may conflict'],
  [isManifest, 'changes of dependencies or scripts may conflict'],
  [
    (path) => /(^|\/)(change-?log|history|release-?notes|news)\b[^/]*$/i.test(path),
    'both may add a line at the same place',
  ],
  [
    (path) =>
      /\.d\.[cm]?ts$|\.(proto|graphql|avsc|xsd)$|(^|[/._-])(types?|schemas?|models?|interfaces?)([/._-]|$)/i.test(
        path,
      ),
    'type changes may conflict',
  ],
  [
    (path) => /(^|\/)(index|mod|lib|main|__init__|routes?|router|registry|urls|exports?)\.\w+$/i.test(path),
    'both may add a line at the same place',
  ],
  [
    (path) =>
      /\.(json|ya?ml|toml|ini|env|cfg|conf|properties)$|(^|[/._-])(config|settings)([/._-]|$)/i.test(path),
    'changes of settings may conflict',
  ],
  [
    (path) => /(^|\/)(fixtures?|__fixtures__|testdata|__snapshots__|seeds?)\/|\.snap$/i.test(path),
    'tests share this data',
  ],
  [(path) => /\.(md|rst|adoc|txt)$/i.test(path), 'changes of the text may conflict'],
];

/** @param overlap with a file at least. @returns one clause, without its full stop */
export function whyOf({ one, other, files }: Pick<Overlap, 'one' | 'other' | 'files'>): string {
  const [first] = files;
  if (first === undefined) throw new TypeError('no files, no reason');
  const [, kind] = KINDS.find(([fits]) => fits(first.path)) ?? [];
  const what = kind ?? (isGlobbed(first) ? 'both work there' : 'both may change the same lines');
  const [of, ofOther] = first.reasons;
  return `${what} (${of === ofOther ? `both: ${of}` : `${one.id}: ${of}; ${other.id}: ${ofOther}`})`;
}

const isGlobbed = ({ path }: SharedFile) => /[*?[]/.test(path);
