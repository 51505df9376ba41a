import { describe, expect, test } from 'vitest';
import { defaultCoder, limitsOf, parseConfig, showValues } from '../../src/config/parse.ts';
import { configTemplate } from '../../src/config/template.ts';
import { Problem } from '../../src/task/problem.ts';

const parse = (text: string) => parseConfig(text, 'config.yaml');
const configOf = (text: string) => parse(text).config;

function problemOf(text: string): string {
  try {
    parse(text);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    expect([error.kind, error.code]).toEqual(['config', 'invalid-config']);
    return error.message;
  }
  return 'no problem';
}

describe('what is wrong, and where', () => {
  test.each([
    ['a quotation without an end', 'main: "main\n', /^config\.yaml:2:1: Missing closing "quote$/],
    ['a setting twice', 'main: a\nmain: b\n', /^config\.yaml:2:1: Map keys must be unique$/],
    ['a tab', 'merge:\n\tverify: []\n', /^config\.yaml:2:1: Tabs are not allowed as indentation$/],
    ['two documents', 'main: a\n---\nmain: b\n', /^config\.yaml:2:1: Source contains multiple documents/],
    ['an alias of nothing', 'main: a\ncoder: *nobody\n', /^config\.yaml:2:8: .*nobody/],
    ['a list', '- a\n', /^config\.yaml:1:1: the top: needs settings, and has a list$/],
    ['a sentence', '\nhello\n', /^config\.yaml:1:1: the top: needs settings, and has a text$/],
    [
      'an unknown setting',
      'version: 1\ncodder: x\n',
      /^config\.yaml:2:1: the top has no setting "codder"\. Did you mean "coder"\?$/,
    ],
    [
      'an unknown setting inside',
      'merge:\n  verify: []\n  verfy: []\n',
      /^config\.yaml:3:3: merge has no setting "verfy"\. Did you mean "verify"\?$/,
    ],
    [
      'an unknown setting of a coder',
      'coders:\n  quick:\n    command: ls\n    limit: 3\n',
      /^config\.yaml:4:5: coders\.quick has no setting "limit"\. Known: command, .*, …$/,
    ],
    [
      'another version',
      'version: 2\n',
      /^config\.yaml:1:1: version: this version of steroids reads version: 1$/,
    ],
    ['a number out of bounds', 'limits:\n  attempts: 0\n', /^config\.yaml:2:3: limits\.attempts: /],
    [
      'a queue of no length',
      'scheduling: { queue: 0 }\n',
      /^config\.yaml:1:15: scheduling\.queue: a whole number from 1 to 100,000$/,
    ],
    [
      'half a token',
      'analysis: { maxTokens: 1.5 }\n',
      /^config\.yaml:1:13: analysis\.maxTokens: a whole number from 1 to 1,000,000$/,
    ],
    [
      'a negative price',
      'analysis: { price: { input: -1, output: 1 } }\n',
      /^config\.yaml:1:22: analysis\.price\.input: US dollars for a million tokens, from 0 to 10,000$/,
    ],
    [
      'half an attempt',
      'limits:\n  attempts: 1.5\n',
      /^config\.yaml:2:3: limits\.attempts: a number from 1 to 100, or \{ each: 3, total: 8 \}/,
    ],
    [
      'a command that is none',
      'coders:\n  quick:\n    command: 3\n',
      /^config\.yaml:3:5: coders\.quick\.command: a command: a string \(run in a shell\) or a list/,
    ],
    ['an empty command', 'merge:\n  verify: [[]]\n', /^config\.yaml:2:12: merge\.verify\.0: Too small/],
    [
      'a coder without a command',
      'coders:\n  quick: {}\n',
      /^config\.yaml:2:3: coder "quick" needs a command, or an agent \(/,
    ],
    [
      'a coder that is a command and an agent',
      'coders:\n  quick: { command: ls, agent: pi }\n',
      /^config\.yaml:2:\d+: coder "quick" has a command and an agent; it can be only one of them$/,
    ],
    [
      'an agent that is not known',
      'coders:\n  quick: { agent: pie }\n',
      /^config\.yaml:2:\d+: coders\.quick\.agent: /,
    ],
    [
      'tools for an agent that takes none',
      'coders:\n  a: { agent: pi, mcp: true }\n',
      /^config\.yaml:2:\d+: coder "a" is pi, which takes no MCP server: it says something back by the file that STEROIDS_ANSWER names/,
    ],
    [
      'a model for a command',
      'coders:\n  quick: { command: ls, model: big }\n',
      /^config\.yaml:2:\d+: coder "quick" is a command, and a model is for agents$/,
    ],
    [
      'a fallback that is not there',
      'coders:\n  quick: { agent: pi, fallback: [slow] }\n',
      /^config\.yaml:2:\d+: coder "slow" is not among coders \(quick\)$/,
    ],
    [
      'a name with a blank',
      'coders:\n  a b: { command: ls }\n',
      /^config\.yaml:2:3: coders\.a b: a name of letters/,
    ],
    [
      'an author without an address',
      'coders:\n  quick: { command: ls, author: me }\n',
      /^config\.yaml:2:25: .*like "Name/,
    ],
    [
      'a missing coder',
      'main: a\ncoder: slow\n',
      /^config\.yaml:2:1: coder "slow" is not among coders \(there are none\)$/,
    ],
    [
      'a coder that is spelt otherwise',
      'coder: slow\ncoders: { quick: { command: ls } }\n',
      /^config\.yaml:1:1: coder "slow" is not among coders \(quick\)$/,
    ],
    [
      'a missing reviewer',
      'reviewers: { strict: { command: ls } }\nreviewer: lax\n',
      /^config\.yaml:2:1: reviewer "lax" is not one of none, human, strict$/,
    ],
    [
      'a reviewer that is spelt otherwise',
      'reviewers: { strict: { command: ls } }\nreviewer: [strict, strct]\n',
      /^config\.yaml:2:1: reviewer "strct" is not one of none, human, strict: did you mean "strict"\?$/,
    ],
    [
      'one of a section',
      'reviewers: { strict: { command: ls } }\nreview:\n  sections:\n    Web: humam\n',
      /^config\.yaml:4:5: reviewer "humam" is not one of .*: did you mean "human"\?$/,
    ],
    [
      'one of a path',
      'review:\n  paths:\n    docs/**: strict\n',
      /^config\.yaml:3:5: reviewer "strict" is not one of none, human$/,
    ],
    [
      'a reviewer twice',
      'reviewers: { a: { command: ls } }\nreviewer: [a, a]\n',
      /^config\.yaml:2:1: reviewer "a" is named twice/,
    ],
    [
      'nobody beside somebody',
      'reviewers: { a: { command: ls } }\nreviewer: [a, none]\n',
      /^config\.yaml:2:1: "none" stands alone/,
    ],
    [
      'a person who could be outvoted',
      'reviewers: { a: { command: ls } }\nreviewer: { by: [a, human], rule: any }\n',
      /^config\.yaml:2:1: "human" goes with rule: all, not with rule: any$/,
    ],
    [
      'another rule',
      'reviewers: { a: { command: ls } }\nreviewer: { by: [a], rule: most }\n',
      /^config\.yaml:2:1: reviewer: a name, a list of names, or \{ by: \[names\], rule: all \| any \| majority \}$/,
    ],
    ['no reviewer at all', 'reviewer: []\n', /^config\.yaml:1:1: reviewer: Too small/],
    [
      'a reviewer that is nothing',
      'reviewers:\n  a: { timeLimit: 1m }\n',
      /^config\.yaml:2:3: reviewers\.a: one of: a command, an agent (.*), or anthropic: \{ model: … \}$/,
    ],
    [
      'a reviewer that is two things',
      'reviewers:\n  a: { command: ls, anthropic: { model: x } }\n',
      /^config\.yaml:2:3: reviewers\.a: one of: a command, an agent (.*), or anthropic/,
    ],
    [
      'a model without a name',
      'reviewers:\n  a: { anthropic: {} }\n',
      /^config\.yaml:2:8: reviewers\.a\.anthropic\.model: /,
    ],
    [
      'a key instead of a variable',
      'reviewers:\n  a: { anthropic: { model: x, key: sk-123 } }\n',
      /^config\.yaml:2:31: reviewers\.a\.anthropic\.key: the name of a variable$/,
    ],
    [
      'a reviewer of a taken name',
      'reviewers: { human: { command: ls } }\n',
      /^config\.yaml:1:14: "human" is no name for a reviewer/,
    ],
  ])('%s', (_, text, sentence) => {
    expect(problemOf(text)).toMatch(sentence);
  });

  test('the hint names the file', () => {
    expect(() => parse('nope: 1')).toThrow(expect.objectContaining({ hint: 'Correct config.yaml.' }));
  });
});

describe('times', () => {
  const limitOf = (text: string) => configOf(`merge: { verifyTimeLimit: ${text} }`).merge.verifyTimeLimit;

  test.each([
    ['500ms', 500],
    ['90s', 90_000],
    ['30m', 1_800_000],
    ['2h', 7_200_000],
    ['596h', 2_145_600_000],
  ])('%s', (text, ms) => {
    expect(limitOf(text)).toBe(ms);
  });

  // A timer of Node ends at once when it is given more than 2³¹ milliseconds.
  test.each(['0s', '597h', '30', '"30"', '1.5h', '-1s', '25d', '2w', '30 m', '""'])('%s is none', (text) => {
    expect(problemOf(`merge: { verifyTimeLimit: ${text} }`)).toMatch(
      /^config\.yaml:1:10: merge\.verifyTimeLimit: /,
    );
  });
});

describe('how long archives are kept', () => {
  test.each([
    ['0s', 0],
    ['12h', 43_200_000],
    ['400d', 34_560_000_000],
  ])('%s', (text, ms) => {
    expect(configOf(`archive: { keep: ${text} }`).archive.keep).toBe(ms);
  });

  test.each(['3651d', '30', 'forever'])('%s is none', (text) => {
    expect(problemOf(`archive: { keep: ${text} }`)).toMatch(/^config\.yaml:1:12: archive\.keep: /);
  });
});

describe('what holds where nothing is said', () => {
  test.each(['', '# nothing\n', '{}', 'null\n'])('%j', (text) => {
    expect(configOf(text)).toEqual({
      version: 1,
      coders: {},
      reviewer: 'none',
      reviewers: {},
      runners: { outside: 'warn', zones: [] },
      locks: { files: false },
      review: { sections: {}, paths: {} },
      processes: 'auto',
      sandbox: 'none',
      worktrees: { setupTimeLimit: 1_200_000, keep: false },
      merge: { protected: ['.steroids/**'], verify: [], verifyTimeLimit: 3_600_000 },
      limits: { attempts: 3, lease: 30_000 },
      archive: { keep: 2_592_000_000 },
      logs: { keep: 2_592_000_000, size: 2_000_000_000 },
      environment: { keep: [] },
      brief: { limit: 100_000 },
      analysis: {
        model: 'claude-haiku-4-5',
        maxTokens: 16_000,
        key: 'ANTHROPIC_API_KEY',
        analysts: [],
        commands: {},
        limit: 100_000,
        timeLimit: 120_000,
        onStart: 'ask',
        onPickup: 'off',
      },
      scheduling: { hold: 3_600_000, queue: 50, memory: 256_000_000 },
    });
  });

  test('time limits of coders and reviewers', () => {
    const config = configOf('coders: { a: { command: ls } }\nreviewers: { b: { command: [ls, -l] } }\n');
    expect(config.coders).toEqual({
      a: { command: 'ls', timeLimit: 1_800_000, repeatLimit: 25, outputLimit: 100_000_000 },
    });
    expect(config.reviewers).toEqual({ b: { command: ['ls', '-l'], timeLimit: 600_000 } });
  });
});

describe('limitsOf', () => {
  test('`attempts` is each of them', () => {
    const limits = limitsOf(configOf('limits: { attempts: 7 }'));
    expect(new Set(Object.values(limits))).toEqual(new Set([7]));
    expect(Object.keys(limits).sort()).toEqual([
      'altered',
      'broken',
      'conflicted',
      'failed',
      'rejected',
      'unchanged',
      'unjudged',
      'unresolved',
    ]);
  });

  test('each has a setting of its own', () => {
    const text =
      'limits: { rejections: 1, conflicts: 2, verifications: 4, unchanged: 5, failures: 6, reviews: 7, replays: 8 }';
    expect(limitsOf(configOf(text))).toEqual({
      rejected: 1,
      conflicted: 2,
      unresolved: 2,
      broken: 4,
      unchanged: 5,
      failed: 6,
      unjudged: 7,
      altered: 8,
    });
  });
});

describe('defaultCoder', () => {
  const coders = (...names: string[]) =>
    `coders: { ${names.map((name) => `${name}: { command: ls }`).join(', ')} }`;

  test.each([
    ['the one that is named', `coder: b\n${coders('a', 'b', 'default')}`, 'b'],
    ['else the one called default', coders('a', 'default'), 'default'],
    ['else the only one', coders('a'), 'a'],
    ['else none of several', coders('a', 'b'), undefined],
    ['and none of none', '', undefined],
  ])('%s', (_, text, expected) => {
    expect(defaultCoder(configOf(text))).toBe(expected);
  });
});

describe('showValues', () => {
  test('says of each value whether the file gave it', () => {
    const shown = showValues(
      parse(
        'coders: { quick: { command: [sh, code.sh] } }\nmerge: { verify: [] }\nlimits: { conflicts: 9 }\n',
      ),
    );
    expect(
      shown.map(({ key, value, source }) => `${key} = ${JSON.stringify(value)} (${source})`).sort(),
    ).toMatchInlineSnapshot(`
      [
        "analysis.analysts = [] (default)",
        "analysis.key = "ANTHROPIC_API_KEY" (default)",
        "analysis.limit = 100000 (default)",
        "analysis.maxTokens = 16000 (default)",
        "analysis.model = "claude-haiku-4-5" (default)",
        "analysis.onPickup = "off" (default)",
        "analysis.onStart = "ask" (default)",
        "analysis.timeLimit = 120000 (default)",
        "archive.keep = 2592000000 (default)",
        "brief.limit = 100000 (default)",
        "coders.quick.command = ["sh","code.sh"] (file)",
        "coders.quick.outputLimit = 100000000 (default)",
        "coders.quick.repeatLimit = 25 (default)",
        "coders.quick.timeLimit = 1800000 (default)",
        "environment.keep = [] (default)",
        "limits.attempts = 3 (default)",
        "limits.conflicts = 9 (file)",
        "limits.lease = 30000 (default)",
        "locks.files = false (default)",
        "logs.keep = 2592000000 (default)",
        "logs.size = 2000000000 (default)",
        "merge.protected = [".steroids/**"] (default)",
        "merge.verify = [] (file)",
        "merge.verifyTimeLimit = 3600000 (default)",
        "processes = "auto" (default)",
        "reviewer = "none" (default)",
        "runners.outside = "warn" (default)",
        "runners.zones = [] (default)",
        "sandbox = "none" (default)",
        "scheduling.hold = 3600000 (default)",
        "scheduling.memory = 256000000 (default)",
        "scheduling.queue = 50 (default)",
        "version = 1 (default)",
        "worktrees.keep = false (default)",
        "worktrees.setupTimeLimit = 1200000 (default)",
      ]
    `);
  });

  test('a dot in a name is not a path', () => {
    const shown = showValues(parse('coders: { gpt-4.1: { command: ls } }\n'));
    expect(shown).toContainEqual({ key: 'coders.gpt-4.1.command', value: 'ls', source: 'file' });
    expect(shown).toContainEqual({ key: 'coders.gpt-4.1.timeLimit', value: 1_800_000, source: 'default' });
  });
});

describe('the template', () => {
  test.each([true, false])('is valid (a project with tests: %s)', (hasTests) => {
    const { config } = parse(configTemplate({ main: 'main', hasTests }));
    expect(config.merge.verify).toEqual(hasTests ? ['npm test'] : []);
    expect(defaultCoder(config)).toBe('default');
  });

  test.each(['yes', '1.0', 'release/#1', "it's", '*x'])('quotes the branch %s', (main) => {
    expect(parse(configTemplate({ main, hasTests: false })).config.main).toBe(main);
  });
});
