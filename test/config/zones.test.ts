import { describe, expect, test } from 'vitest';
import { parseConfig, showValues } from '../../src/config/parse.ts';
import { isolationOf } from '../../src/config/zones.ts';

const runnersOf = (text: string) => parseConfig(`runners:\n${text}`, 'config.yaml').config.runners;

const refusal = (text: string) => {
  try {
    runnersOf(text);
  } catch (error) {
    return (error as Error).message;
  }
  return 'accepted';
};

test('a list as in the specification', () => {
  const { zones } = runnersOf(`  isolation: directory
  zones:
    - name: api
      paths: ["api/**", "shared/api-types/**"]
      maxRunners: 2
    - name: shared
      paths: ["shared/**"]
      exclusive: true
`);
  expect(zones).toEqual([
    {
      name: 'api',
      paths: ['api/**', 'shared/api-types/**'],
      maxRunners: 2,
      exclusive: false,
      sections: [],
    },
    { name: 'shared', paths: ['shared/**'], maxRunners: 1, exclusive: true, sections: [] },
  ]);
});

test('a map as in the specification, which is shown as what it is', () => {
  const parsed = parseConfig(
    `runners:
  zones:
    api:
      paths: ["api/**"]
      sections: ["API Phase 1", "API Phase 2"]
`,
    'config.yaml',
  );
  const zones = [
    {
      name: 'api',
      paths: ['api/**'],
      maxRunners: 1,
      exclusive: false,
      sections: ['API Phase 1', 'API Phase 2'],
    },
  ];
  expect(parsed.config.runners.zones).toEqual(zones);
  expect(showValues(parsed)).toContainEqual({ key: 'runners.zones', value: zones, source: 'file' });
});

describe('what keeps tasks apart', () => {
  test.each([
    ['', 'section'],
    ['runners: { isolation: directory }', 'directory'],
    ['runners: { zones: { api: { paths: [a] } } }', 'directory'],
    ['runners: { isolation: section, zones: { api: { paths: [a] } } }', 'section'],
  ])('%s: %s', (text, isolation) => {
    expect(isolationOf(parseConfig(text, 'config.yaml').config)).toBe(isolation);
  });
});

test.each([
  [
    '  zones:\n    - { name: api, paths: [a/**] }\n    - { name: web, paths: [w, ./a/**/] }',
    'config.yaml:4:31: zones "api" and "web" both claim "./a/**/": it can be only one\'s, and the more specific glob wins',
  ],
  [
    '  zones:\n    api: { paths: [a] }\n    API: { paths: [b] }',
    'config.yaml:4:5: there are two zones named "API"',
  ],
  ['  zones: { api: { paths: [a, a] } }', 'config.yaml:2:30: zone "api" names "a" twice'],
  [
    '  zones:\n    api:\n      paths: ["a[b"]',
    'config.yaml:4:15: zone "api": "a[b" has a "[" without its "]"',
  ],
  [
    '  zones: { api: { paths: ["/a"] } }',
    'config.yaml:2:27: zone "api": "/a" begins with "/", and zones are within the repository',
  ],
  [
    '  zones: { api: { paths: ["a/../b"] } }',
    'config.yaml:2:27: zone "api": "a/../b" has "..", and zones are within the repository',
  ],
  [
    '  zones: { api: { paths: ["!a"] } }',
    'config.yaml:2:27: zone "api": "!a" begins with "!": a zone says what is in it, and a more specific zone takes away',
  ],
  [
    '  zones: { api: { paths: ["a/{b,c}"] } }',
    'config.yaml:2:27: zone "api": "a/{b,c}" has braces or brackets that globs here do not have: write each one out',
  ],
  [
    '  zones:\n    api: { paths: [] }',
    'config.yaml:3:12: runners.zones.api.paths: globs of its files, like ["api/**"]',
  ],
  [
    '  zones:\n    - { name: api, path: a, paths: [a] }',
    'config.yaml:3:20: runners.zones.0 has no setting "path"',
  ],
  [
    '  zones: 3',
    'config.yaml:2:3: runners.zones: a list of zones { name, paths }, or a map from names to { paths }',
  ],
  ['  isolation: folder', 'config.yaml:2:3: runners.isolation: section or directory'],
  ['  outside: refuse', 'config.yaml:2:3: runners.outside: warn, fail or reassign'],
])('%s is refused', (text, sentence) => {
  expect(refusal(text)).toBe(sentence);
});

test.each(['a/[!x]/[ab]', '**/*.md', 'a b/c', '.github/**', 'a/[]]x'])('%s is a glob', (glob) => {
  expect(runnersOf(`  zones: { api: { paths: ["${glob}"] } }`).zones).toHaveLength(1);
});
