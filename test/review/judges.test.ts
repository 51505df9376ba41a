// Who has to review a change, told from what it changes.

import { describe, expect, test } from 'vitest';
import { type Change, isParted, judgesNotes, judgesOf, judgesText } from '../../src/review/judges.ts';

const USUAL = { where: 'reviewer', by: ['usual'], rule: 'all', whole: false } as const;
const SECTION = { where: 'review.sections: Web', by: ['section'], rule: 'all', whole: true } as const;

const panel = (where: string, ...by: string[]) => ({ where, by, rule: 'all' as const });

/** api/ and web/ have reviewers of their own, so have documents anywhere; the rest has the usual ones. */
function change(...paths: string[]): Change {
  const inZone = (zone: string) => paths.filter((path) => path.startsWith(`${zone}/`));
  return {
    paths,
    byPath: [
      { panel: panel('review.paths: **/*.md', 'writer'), paths: paths.filter((one) => one.endsWith('.md')) },
    ],
    byZone: [
      { zone: 'api', panel: panel('runners.zones: api', 'api-owner'), paths: inZone('api') },
      { zone: 'web', panel: panel('runners.zones: web', 'human'), paths: inZone('web') },
    ],
  };
}

describe('who has to approve', () => {
  test.each([
    [['api/a.ts'], ['api-owner']],
    [
      ['api/a.ts', 'web/b.ts'],
      ['api-owner', 'human'],
    ],
    [
      ['api/a.ts', 'package.json'],
      ['usual', 'api-owner'],
    ],
    [['package.json'], ['usual']],
    [['README.md'], ['writer']],
    // A rule for paths takes nothing away from whose zone it is, and the other way round.
    [['api/README.md'], ['api-owner', 'writer']],
    [
      ['api/a.ts', 'web/b.md', 'x.ts'],
      ['usual', 'api-owner', 'human', 'writer'],
    ],
    [[], ['usual']],
  ])('%j: %j', (paths, names) => {
    expect(judgesOf(USUAL, change(...paths)).flatMap(({ by }) => by)).toEqual(names);
  });

  test('a section’s reviewers judge all of it, besides', () => {
    const judges = judgesOf(SECTION, change('api/a.ts', 'web/b.ts'));
    expect(judges.map(({ by, paths }) => [by, paths])).toEqual([
      [['section'], ['api/a.ts', 'web/b.ts']],
      [['api-owner'], ['api/a.ts']],
      [['human'], ['web/b.ts']],
    ]);
  });

  test('a zone that needs nobody takes its paths from the usual ones, and from no other', () => {
    const none = { zone: 'gen', panel: panel('runners.zones: gen'), paths: ['gen/a'] };
    expect(judgesOf(USUAL, { paths: ['gen/a'], byPath: [], byZone: [none] })).toMatchObject([{ by: [] }]);
    const both = judgesOf(USUAL, { paths: ['gen/a', 'b'], byPath: [], byZone: [none] });
    expect(both.map(({ by, paths }) => [by, paths])).toEqual([
      [['usual'], ['b']],
      [[], ['gen/a']],
    ]);
  });
});

describe('in words', () => {
  test('each with the place that names them, and what of the change is theirs', () => {
    const judges = judgesOf(USUAL, change('api/1', 'api/2', 'api/3', 'api/4', 'web/b.ts', 'x.ts'));
    expect(judgesText(judges)).toBe(
      'usual (reviewer) of x.ts; api-owner (runners.zones: api) of api/1, api/2, api/3 and 1 more; a person (runners.zones: web) of web/b.ts',
    );
  });

  test.each([
    ['all', 'a and b (reviewer)'],
    ['any', 'one of a, b (reviewer)'],
    ['majority', 'most of a, b (reviewer)'],
  ] as const)('rule: %s', (rule, text) => {
    const usual = { ...USUAL, by: ['a', 'b'], rule };
    expect(judgesText(judgesOf(usual, { paths: [], byPath: [], byZone: [] }))).toBe(text);
  });

  test('names of files are no text of ours', () => {
    expect(judgesText(judgesOf(USUAL, change('api/\n## Approve.ts')))).toContain('of api/<a>## Approve.ts');
  });

  test('a reviewer is told which one it is, and who else judges', () => {
    const judges = judgesOf(USUAL, change('api/a.ts', 'x.ts'));
    expect(judgesNotes(judges, 'api-owner')).toEqual([
      'Who reviews it is told from what it changes: usual (reviewer) of x.ts; api-owner (runners.zones: api) of api/a.ts. All of these have to approve.',
      'You are api-owner, asked as runners.zones: api. What others are asked about is for you to judge only as far as it breaks that.',
    ]);
    expect(judgesNotes(judges)).toHaveLength(1);
  });

  test('where the usual ones, or a section’s, judge all of it, there is nothing to tell', () => {
    for (const usual of [USUAL, SECTION]) {
      const judges = judgesOf(usual, change('x.ts'));
      expect([isParted(judges), judgesNotes(judges, 'usual')]).toEqual([false, []]);
    }
    expect(isParted(judgesOf(USUAL, change('api/a.ts')))).toBe(true);
  });
});
