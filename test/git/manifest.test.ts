import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { canonical } from '../../src/git/json.ts';
import { mergeManifest } from '../../src/git/manifest.ts';

const BASE = `{
  "name": "app",
  "version": "1.0.0",
  "files": ["dist", "bin"],
  "scripts": { "build": "tsc" },
  "dependencies": {
    "b": "^1.0.0",
    "d": "^1.0.0"
  }
}
`;

const changed = (...changes: readonly (readonly [string, string])[]) =>
  changes.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`there is no ${from}`);
    return text.replace(from, to);
  }, BASE);

const D = '"d": "^1.0.0"';

describe('additions on both sides', () => {
  test('stand in their place in the alphabet; what nobody changed stays as it was written', () => {
    const ours = changed([D, `${D},\n    "x": "^2.0.0"`], ['"1.0.0"', '"1.1.0"']);
    const theirs = changed([D, `"c": "file:./c",\n    ${D},\n    "y": "^2.0.0"`]);
    expect(mergeManifest(BASE, ours, theirs)).toBe(
      changed(
        [D, `"c": "file:./c",\n    ${D},\n    "x": "^2.0.0",\n    "y": "^2.0.0"`],
        ['"1.0.0"', '"1.1.0"'],
      ),
    );
  });

  test('of a whole block, and to an object on one line', () => {
    const ours = changed(['"tsc" }', '"tsc", "lint": "biome" }']);
    const theirs = changed([
      '"tsc" }',
      '"tsc", "test": "vitest" },\n  "devDependencies": {\n    "v": "1"\n  }',
    ]);
    expect(mergeManifest(BASE, ours, theirs)).toBe(
      changed([
        '"tsc" }',
        '"tsc", "lint": "biome", "test": "vitest" },\n  "devDependencies": {\n    "v": "1"\n  }',
      ]),
    );
  });

  test('where nothing is sorted, after what they follow', () => {
    const base = '{\n\t"scripts": {\n\t\t"z": "1",\n\t\t"a": "2"\n\t}\n}';
    const ours = base.replace('"a": "2"', '"a": "2",\n\t\t"m": "3"');
    const theirs = base.replace('"z": "1"', '"z": "1",\n\t\t"q": "4"');
    const both = '{\n\t"scripts": {\n\t\t"z": "1",\n\t\t"q": "4",\n\t\t"a": "2",\n\t\t"m": "3"\n\t}\n}';
    expect(mergeManifest(base, ours, theirs)).toBe(both);
  });

  test('to lists of names; what one side takes away is gone', () => {
    const ours = changed(['"dist", "bin"', '"dist", "bin", "man"']);
    const theirs = changed(['"dist", "bin"', '"dist", "docs"'], ['    "b": "^1.0.0",\n', '']);
    expect(mergeManifest(BASE, ours, theirs)).toBe(
      changed(['"dist", "bin"', '"dist", "man", "docs"'], ['    "b": "^1.0.0",\n', '']),
    );
  });

  test('the same on both is one; line ends are those of main', () => {
    const ours = changed([D, `${D},\n    "x": "1"`]).replaceAll('\n', '\r\n');
    const theirs = changed([D, `${D},\n    "x": "1",\n    "y": "1"`]);
    expect(mergeManifest(BASE, ours, theirs)).toBe(theirs.replaceAll('\n', '\r\n'));
  });

  test('of a new file on both sides', () => {
    expect(mergeManifest(undefined, '{\n  "a": 1\n}\n', '{\n  "b": {}\n}\n')).toBe(
      '{\n  "a": 1,\n  "b": {}\n}\n',
    );
  });
});

describe('somebody has to decide', () => {
  const theirs = (from: string, to: string) => changed([from, to]);
  test.each([
    ['two versions', changed([D, '"d": "^2.0.0"']), theirs(D, '"d": "^3.0.0"')],
    ['two versions of what is new', changed([D, `${D}, "x": "1"`]), theirs(D, `${D}, "x": "2"`)],
    ['taken away and changed', changed([`,\n    ${D}`, '']), theirs(D, '"d": "^3.0.0"')],
    ['a text and an object', changed(['{ "build": "tsc" }', '"x"']), theirs('"tsc"', '"tsc -b"')],
    ['not JSON', `${BASE},`, theirs(D, '"d": "2"')],
    ['a key twice', changed([D, `${D}, ${D}`]), theirs(D, '"d": "2"')],
  ])('%s', (_, ours, other) => {
    expect(mergeManifest(BASE, ours, other)).toBeUndefined();
  });

  test('where the order says something: conditions, lists of which one name takes another back', () => {
    const exported = (more: string) => `{"exports": {".": {"import": "./i"${more}}}}`;
    expect(
      mergeManifest(exported(''), exported(', "node": "./n"'), exported(', "bun": "./b"')),
    ).toBeUndefined();
    const paths = (more: string) => `{"exports": {".": "./i"${more}}}`;
    expect(mergeManifest(paths(''), paths(', "./n": "./n"'), paths(', "./b": "./b"'))).toBeDefined();
    const files = (more: string) => `{"files": ["a"${more}]}`;
    expect(mergeManifest(files(''), files(', "b"'), files(', "c"'))).toBeDefined();
    expect(mergeManifest(files(''), files(', "!a/b"'), files(', "c"'))).toBeUndefined();
    const other = (more: string) => `{"browserslist": ["a"${more}]}`;
    expect(mergeManifest(other(''), other(', "b"'), other(', "c"'))).toBeUndefined();
  });
});

const name = fc.stringMatching(/^[a-z@/_"\\.0-9-]{1,8}$/).filter((key) => key !== '__proto__');
const value = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.array(fc.string(), { maxLength: 2 }),
);
const record = fc.dictionary(name, value, { maxKeys: 6, noNullPrototype: true });

test('disjoint additions anywhere give the union, whatever the formatting', () => {
  fc.assert(
    fc.property(record, record, record, fc.constantFrom(0, 1, 2, '\t'), (base, mine, other, indent) => {
      const without = (from: object, ...those: object[]) =>
        Object.fromEntries(
          Object.entries(from).filter(([key]) => !those.some((those) => Object.hasOwn(those, key))),
        );
      const ours = without(mine, base);
      const theirs = without(other, base, mine);
      const text = (top: object, deep: object) =>
        JSON.stringify({ kept: base, ...top, dependencies: { ...base, ...deep } }, null, indent);
      const [a, b] = [{ ours: ours }, { theirs: theirs }];
      const merged = mergeManifest(text({}, {}), text(a, ours), text(b, theirs));
      // JSON is YAML. JSON.parse may read another key than stands there (nodejs/node#63785).
      expect(parse(merged ?? '0')).toEqual({
        kept: base,
        ...a,
        ...b,
        dependencies: { ...base, ...ours, ...theirs },
      });
      // Nothing of main's is written anew but where something was added.
      if (Object.keys(theirs).length === 0)
        expect(mergeManifest(text({}, {}), text(a, ours), text({}, {}))).toBe(text(a, ours));
    }),
  );
});

test('two keys are told apart that JSON.parse may take for one', () => {
  JSON.parse('{"a":[],"\\\\":0}');
  const [quote, backslash] = ['{ "a": 1, "\\"": 2 }', '{ "a": 1, "\\\\": 2 }'];
  expect(canonical(quote)).not.toBe(canonical(backslash));
  expect(canonical(quote)).toBe(canonical('{"a":1,"\\u0022":2}'));
});
