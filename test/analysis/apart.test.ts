// Many branches at once are looked at before they are merged, two are not: both have to answer alike, whatever main did.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { branchWith, compare, linesOf } from '../support/matrix.ts';
import { type FileContents, makeRepository } from '../support/repository.ts';

const NAMES = ['d/a.txt', 'd/b.txt', 'e/a.txt', 'c.txt', 'd/n.txt'];
const LINES = 12;

const textOf = (name: string) => Array.from({ length: LINES }, (_, line) => `${name} ${line}\n`);

/** Changes one line, takes a file away, or moves all of a folder. */
type Edit = { readonly file: string; readonly line: number } | { readonly gone: string } | 'move';

const edit: fc.Arbitrary<Edit> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ file: fc.constantFrom(...NAMES), line: fc.constantFrom(0, 5, 11) }),
  },
  { weight: 1, arbitrary: fc.record({ gone: fc.constantFrom(...NAMES) }) },
  { weight: 1, arbitrary: fc.constant('move' as const) },
);
const edits = fc.array(edit, { minLength: 1, maxLength: 2 });

type Files = Readonly<Record<string, readonly string[]>>;

function edited(files: Files, edits: readonly Edit[], word: string): Files {
  const now: Record<string, readonly string[]> = { ...files };
  for (const edit of edits) {
    if (edit === 'move') {
      for (const file of Object.keys(now).filter((file) => file.startsWith('d/'))) {
        now[file.replace(/^d/, 'm')] = now[file] as readonly string[];
        delete now[file];
      }
    } else if ('gone' in edit) delete now[edit.gone];
    else now[edit.file] = (now[edit.file] ?? textOf(edit.file)).with(edit.line, `${word}\n`);
  }
  return now;
}

/** What has to be written to come from one to the other. */
function between(before: Files, after: Files): Record<string, FileContents> {
  const all = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const changed = all.filter((file) => before[file]?.join('') !== after[file]?.join(''));
  return Object.fromEntries(changed.map((file) => [file, after[file]?.join('') ?? null]));
}

const BRANCHES = 5;

test('what is seen at once of many branches is what each two give alone', async () => {
  const histories = fc.array(fc.tuple(edits, edits), { minLength: BRANCHES, maxLength: BRANCHES });
  await fc.assert(
    fc.asyncProperty(histories, async (history) => {
      const repository = makeRepository();
      let main: Files = Object.fromEntries(NAMES.slice(0, -1).map((name) => [name, textOf(name)]));
      repository.commit(between({}, main));
      const names: string[] = [];
      for (const [number, [own, mains]] of history.entries()) {
        const name = `b${number}`;
        const changes = between(main, edited(main, own, name));
        if (Object.keys(changes).length > 0) {
          branchWith(repository, name, changes);
          names.push(name);
        }
        const next = edited(main, mains, `main${number}`);
        const mainChanges = between(main, next);
        if (Object.keys(mainChanges).length > 0) repository.commit(mainChanges);
        main = next;
      }
      const alone: string[] = [];
      for (const [index, one] of names.entries())
        for (const other of names.slice(index + 1))
          alone.push(...linesOf(await compare(repository, [one, other])).filter(isOfBranches));
      const together = linesOf(await compare(repository, names)).filter(isOfBranches);
      expect(together).toEqual(alone);
    }),
    { numRuns: Number(process.env.RUNS ?? 4) },
  );
});

const isOfBranches = (line: string) => !line.includes(' main: ');
