import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../src/config/parse.ts';
import {
  asksAgents,
  firstReview,
  namedReviewers,
  pathPanels,
  usualPanel,
} from '../../src/config/reviewers.ts';

const NAMES = 'reviewers: { a: { command: ls }, b: { command: ls }, c: { command: ls } }\n';
const configOf = (text: string) => parseConfig(NAMES + text, 'config.yaml').config;

describe('who reviews', () => {
  test.each([
    ['', [], 'all'],
    ['reviewer: human', ['human'], 'all'],
    ['reviewer: a', ['a'], 'all'],
    ['reviewer: [a, b]', ['a', 'b'], 'all'],
    ['reviewer: [a, human]', ['a', 'human'], 'all'],
    ['reviewer: { by: [a, b, c], rule: majority }', ['a', 'b', 'c'], 'majority'],
    ['reviewer: { by: [a, b] }', ['a', 'b'], 'all'],
  ])('%j', (text, by, rule) => {
    expect(usualPanel(configOf(text), undefined)).toEqual({ where: 'reviewer', by, rule, whole: false });
  });

  test('a section by its name, however it is written', () => {
    const config = configOf('reviewer: a\nreview: { sections: { Web: { by: [b, c], rule: any } } }');
    const web = { where: 'review.sections: Web', by: ['b', 'c'], rule: 'any', whole: true };
    expect(usualPanel(config, 'web')).toEqual(web);
    expect(usualPanel(config, 'api')).toMatchObject({ by: ['a'], whole: false });
  });

  test('paths in their order', () => {
    const config = configOf('review: { paths: { "src/**": a, "docs/**": none } }');
    expect(pathPanels(config)).toEqual([
      ['src/**', { where: 'review.paths: src/**', by: ['a'], rule: 'all' }],
      ['docs/**', { where: 'review.paths: docs/**', by: [], rule: 'all' }],
    ]);
  });
});

test.each([
  ['', 'none', false, []],
  ['reviewer: human', 'human', false, []],
  ['reviewer: [a, human]', 'agents', true, ['a']],
  ['reviewer: human\nreview: { sections: { web: none } }', 'human', false, []],
  ['reviewer: human\nreview: { sections: { web: [a, b] } }', 'human', true, ['a', 'b']],
  ['reviewer: a\nreview: { paths: { docs: a, src: c } }', 'agents', true, ['a', 'c']],
  ['review: { paths: { docs: human } }', 'agents', true, []],
])('what a task meets first, whether runners review, and whom: %j', (text, first, agents, names) => {
  const config = configOf(text);
  expect([firstReview(config, 'api'), asksAgents(config), namedReviewers(config)]).toEqual([
    first,
    agents,
    names,
  ]);
});
