// Files that each of many tasks is likely to change, kept until main or the task's text changes.

import { createHash } from 'node:crypto';
import path from 'node:path';
import { keep, readKept } from '../disk/kept.ts';
import { findSymbols } from '../git/mentions.ts';
import { FileIndex, likelyFiles, type Mention, type Why } from '../structure/routeFiles.ts';
import { readText } from '../structure/routeText.ts';
import type { Sha } from '../task/ids.ts';
import type { Ground } from './ground.ts';
import type { Project } from './project.ts';

export interface Likely {
  readonly files: readonly { readonly path: string; readonly why: Why; readonly score: number }[];
  /** Where names in its text are declared. */
  readonly names: readonly { readonly symbol: string; readonly path: string }[];
}

interface Text {
  readonly title: string;
  readonly spec: string;
}

const FORMAT = 1;

interface Kept {
  readonly format: typeof FORMAT;
  readonly main: Sha;
  readonly tasks: Readonly<Record<string, Likely>>;
}

/** Tasks that are remembered. */
const MOST = 2_000;
/** Names of code that are looked for in all texts together; of each text there are a dozen at most. */
const MOST_SYMBOLS = 1_500;
/** Milliseconds that git may look for them. */
const SYMBOLS_MS = 10_000;
/** Of a name that is declared in more files than these it is not known which one is meant. */
const MOST_DECLARING = 3;

/**
 * @param fresh guess again what is known
 * @returns for each task, in their order, and what was passed over, in sentences
 */
export async function likelyOf(
  project: Project,
  ground: Ground,
  tasks: readonly Text[],
  fresh: boolean,
): Promise<{ readonly likely: readonly Likely[]; readonly notes: readonly string[] }> {
  const file = path.join(project.folders.base, 'analysis', 'likely.json');
  const kept = await readKept(file, isKept);
  const known = new Map(kept?.main === ground.main ? Object.entries(kept.tasks) : []);
  const keys = tasks.map(keyOf);
  const wanted = tasks.filter((_, index) => fresh || !known.has(keys[index] as string));
  if (wanted.length === 0) return { likely: keys.map((key) => known.get(key) ?? NOTHING), notes: [] };
  const { likely, notes } = await guess(ground, wanted);
  const found = new Map(wanted.map((task, index) => [keyOf(task), likely[index] as Likely]));
  const all = keys.map((key) => found.get(key) ?? known.get(key) ?? NOTHING);
  // Those of now first: they are asked for again.
  const now = new Map([...keys.map((key, index) => [key, all[index] as Likely] as const), ...known]);
  await keep(file, { format: FORMAT, main: ground.main, tasks: Object.fromEntries([...now].slice(0, MOST)) });
  return { likely: all, notes };
}

const NOTHING: Likely = { files: [], names: [] };

const keyOf = ({ title, spec }: Text) =>
  createHash('sha256')
    .update(JSON.stringify([title, spec]))
    .digest('hex')
    .slice(0, 32);

async function guess({ main, git, files, history }: Ground, tasks: readonly Text[]) {
  const index = new FileIndex(files);
  const texts = tasks.map(readText);
  const all = [...new Set(texts.flatMap(({ symbols }) => symbols))];
  const symbols = all.slice(0, MOST_SYMBOLS);
  const mentions = Map.groupBy(
    await findSymbols(git, main, symbols, SYMBOLS_MS),
    (mention) => mention.symbol,
  );
  const likely = texts.map((text): Likely => {
    const own = text.symbols.flatMap((symbol) => mentions.get(symbol) ?? []);
    return { files: likelyFiles(text, { files: index, history, mentions: own }), names: declared(own) };
  });
  const notes =
    all.length > MOST_SYMBOLS
      ? [`of ${all.length} names of code in the tasks, only ${MOST_SYMBOLS} were looked for`]
      : [];
  return { likely, notes };
}

function declared(mentions: readonly Mention[]): Likely['names'] {
  const declaring = mentions.filter(({ declares }) => declares);
  return [...Map.groupBy(declaring, ({ symbol }) => symbol).values()]
    .filter((those) => those.length <= MOST_DECLARING)
    .flatMap((those) => those.map(({ symbol, path }) => ({ symbol, path })));
}

function isKept(data: unknown): data is Kept {
  const kept = data as Kept | null;
  return (
    kept?.format === FORMAT &&
    typeof kept.main === 'string' &&
    Object.values(kept.tasks).every(
      ({ files, names }) =>
        files.every(({ path, score }) => typeof path === 'string' && score >= 0 && score <= 1) &&
        names.every(({ symbol, path }) => typeof symbol === 'string' && typeof path === 'string'),
    )
  );
}
