// A repository's structure as people see it: a box with its folders, who depends on whom, and what is shared.

import { printable } from '../../task/quote.ts';
import { fill, shorten, widthOf } from '../table.ts';

/** A line of the tree. */
export interface Leaf {
  /** From the top of the repository: `apps/api/`; a folder ends in "/". */
  readonly path: string;
  readonly text: string;
}

/** The box is as wide as this, unless what is in it is wider, or the terminal narrower. */
const INNER = 65;

/** Columns between the longest name and the arrows. */
const GAP = 4;

/**
 * @param leaves in the order in which they are drawn, by folder; those at the top come first
 * @param columns of the terminal: what is too long for it ends in "…"
 */
export function drawTree(leaves: readonly Leaf[], columns: number): string {
  const cut = leaves.map((leaf) => {
    const [path, text] = [printable(leaf.path), printable(leaf.text)];
    const slash = path.replace(/\/$/, '').lastIndexOf('/');
    return { folder: `/${path.slice(0, Math.max(0, slash))}`, name: path.slice(slash + 1) || './', text };
  });
  const names = Math.max(...cut.map(({ name }) => widthOf(name)), 0) + GAP;
  const groups = [...Map.groupBy(cut, ({ folder }) => folder)];
  const isTop = ([folder]: (typeof groups)[number]) => folder === '/';
  const inOrder = [...groups.filter(isTop), ...groups.filter((group) => !isTop(group))];
  const lines = inOrder.flatMap(([folder, inside]) => [
    `  ${folder}`,
    ...inside.map(({ name, text }, index) => {
      const branch = index === inside.length - 1 ? '└──' : '├──';
      return `  ${branch} ${fill(name, names)}→ ${text}`;
    }),
    '',
  ]);
  const needed = Math.max(INNER, ...lines.map((line) => widthOf(line) + 2));
  const inner = Math.max(20, Math.min(needed, columns - 2));
  const rule = '─'.repeat(inner);
  const boxed = ['', ...lines].map((line) => `│${fill(shorten(line, inner - 1), inner)}│`);
  return [`┌${rule}┐`, ...boxed, `└${rule}┘`].join('\n');
}

/** `  • api         → shared-types, utils`, for whoever depends on something */
export function drawDependencies(
  dependencies: readonly { readonly name: string; readonly uses: readonly string[] }[],
): string {
  const some = dependencies
    .filter(({ uses }) => uses.length > 0)
    .map(({ name, uses }) => ({ name: printable(name), uses: uses.map(printable) }));
  const names = Math.max(11, ...some.map(({ name }) => widthOf(name))) + 1;
  return some.map(({ name, uses }) => `  • ${fill(name, names)}→ ${uses.join(', ')}`).join('\n');
}

/** Of so many names the rest is counted. */
const NAMED = 12;

/** `shared-types, ui-components, or utils` */
export function anyOf(names: readonly string[]): string {
  const shown = names.slice(0, NAMED).map(printable);
  const parts = shown.length < names.length ? [...shown, `${names.length - shown.length} others`] : shown;
  if (parts.length < 3) return parts.join(' or ');
  return `${parts.slice(0, -1).join(', ')}, or ${parts.at(-1)}`;
}
