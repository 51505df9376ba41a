import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ancestryOf } from '../../src/git/bases.ts';
import { isAncestor } from '../../src/git/refs.ts';
import type { Sha } from '../../src/task/ids.ts';
import { makeRepository } from '../support/repository.ts';

/** Of each commit the numbers of its parents, which come before it; none for a second root. */
const history = fc.array(fc.uniqueArray(fc.nat(), { maxLength: 2 }), { minLength: 2, maxLength: 9 });

test('ancestry of many commits is what git says of each two, in any history', async () => {
  const repository = makeRepository();
  const git = repository.open();
  const tree = repository.git('rev-parse', 'main^{tree}');
  const commitOn = (parents: readonly Sha[], message: string) =>
    repository.git('commit-tree', tree, ...parents.flatMap((one) => ['-p', one]), '-m', message) as Sha;
  await fc.assert(
    fc.asyncProperty(history, fc.nat(), async (parents, seed) => {
      const commits: Sha[] = [];
      for (const [index, above] of parents.entries()) {
        const on = new Set(above.map((number) => commits[number % Math.max(1, index)]));
        commits.push(
          commitOn(
            [...on].filter((one) => one !== undefined),
            `${seed} ${index}`,
          ),
        );
      }
      const isBelow = await ancestryOf(git, commits);
      for (const below of commits)
        for (const above of commits)
          expect(isBelow(below, above), `${below} ${above}`).toBe(await isAncestor(git, below, above));
    }),
    { numRuns: 10 },
  );
});

test('one commit is below itself, and none is asked for', async () => {
  const repository = makeRepository();
  const main = repository.sha('main');
  expect((await ancestryOf(repository.open(), [main, main]))(main, main)).toBe(true);
  expect((await ancestryOf(repository.open(), []))(main, main)).toBe(true);
});
