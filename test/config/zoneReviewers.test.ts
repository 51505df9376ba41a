// Reviewers that a zone names.

import { expect, test } from 'vitest';
import { parseConfig, showValues } from '../../src/config/parse.ts';
import { asksAgents, firstReview, namedReviewers, placesOf, zonePanels } from '../../src/config/reviewers.ts';

const NAMES = 'reviewers: { owner: { command: ls }, other: { command: ls } }\n';
const parsed = (zones: string) => parseConfig(`${NAMES}runners:\n${zones}`, 'config.yaml');

const refusal = (zones: string) => {
  try {
    parsed(zones);
  } catch (error) {
    return (error as Error).message;
  }
  return 'accepted';
};

test('one, several, or how many of them; under either key, in a list or a map', () => {
  const { config } = parsed(`  zones:
    - { name: api, paths: [api/**], reviewer: owner }
    - { name: web, paths: [web/**], reviewers: [owner, human] }
    - { name: gen, paths: [gen/**], reviewer: none }
    - { name: docs, paths: [docs/**], reviewer: { by: [owner, other], rule: any } }
    - { name: rest, paths: [rest/**] }
`);
  expect(zonePanels(config)).toEqual([
    ['api', { where: 'runners.zones: api', by: ['owner'], rule: 'all' }],
    ['web', { where: 'runners.zones: web', by: ['owner', 'human'], rule: 'all' }],
    ['gen', { where: 'runners.zones: gen', by: [], rule: 'all' }],
    ['docs', { where: 'runners.zones: docs', by: ['owner', 'other'], rule: 'any' }],
  ]);
  const map = parsed('  zones: { api: { paths: [api/**], reviewers: [owner] } }');
  expect(zonePanels(map.config)).toMatchObject([['api', { by: ['owner'] }]]);
  expect(showValues(map).find(({ key }) => key === 'runners.zones')?.value).toMatchObject([
    { name: 'api', reviewer: ['owner'] },
  ]);
});

test('a task meets a review step, its reviewers are among those that are looked for, and are listed by their zone', () => {
  const { config } = parsed('  zones: { api: { paths: [api/**], reviewer: [owner, human] } }');
  expect([firstReview(config, undefined), asksAgents(config), namedReviewers(config)]).toEqual([
    'agents',
    true,
    ['owner'],
  ]);
  expect(placesOf(config, 'owner')).toEqual(['runners.zones: api']);
});

test.each([
  [
    '  zones:\n    - { name: web, paths: [w] }\n    - { name: api, paths: [a], reviewer: ownr }',
    'config.yaml:5:32: reviewer "ownr" is not one of none, human, owner, other: did you mean "owner"?',
  ],
  [
    '  zones:\n    api:\n      paths: [a]\n      reviewers: [owner, stranger]',
    'config.yaml:6:7: reviewer "stranger" is not one of none, human, owner, other',
  ],
  [
    '  zones:\n    api:\n      paths: [a]\n      reviewer: [owner, owner]',
    'config.yaml:6:7: reviewer "owner" is named twice, and has one vote',
  ],
  [
    '  zones:\n    - { name: api, paths: [a], reviewer: owner, reviewers: [other] }',
    'config.yaml:4:49: runners.zones.0.reviewers: reviewer or reviewers, not both',
  ],
  [
    '  zones: { api: { paths: [a], reviewer: owner, reviewers: [other] } }',
    'config.yaml:3:48: runners.zones.api.reviewers: reviewer or reviewers, not both',
  ],
  [
    '  zones: { api: { paths: [a], reviewers: [] } }',
    'config.yaml:3:31: runners.zones.api.reviewers: a list of names of reviewers',
  ],
  [
    '  zones: { api: { paths: [a], reviewer: 3 } }',
    'config.yaml:3:31: runners.zones.api.reviewer: a name, a list of names, or { by: [names], rule: all | any | majority }',
  ],
])('%s is refused', (zones, sentence) => {
  expect(refusal(zones)).toBe(sentence);
});
