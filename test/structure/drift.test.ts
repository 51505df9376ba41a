// Today's repository against structure.yaml: what differs, and the file with it settled.

import { describe, expect, test } from 'vitest';
import { applyDrift } from '../../src/structure/applyDrift.ts';
import type { Structure } from '../../src/structure/component.ts';
import { declare } from '../../src/structure/declare.ts';
import { type Finding, findDrift } from '../../src/structure/drift.ts';
import { graphOf } from '../../src/structure/graph.ts';
import { readStructureFile } from '../../src/structure/structureFile.ts';
import { structureText } from '../../src/structure/structureText.ts';
import { EXAMPLE, filesOf, type Part, structureOf } from '../support/structure.ts';

const TEXT = structureText(declare(structureOf(EXAMPLE)));

function driftOf(text: string, structure: Structure, more: readonly string[] = []): readonly Finding[] {
  return findDrift(readStructureFile(text).declared, structure, filesOf(structure, more));
}

/** The example with some parts changed; `null` takes one away. */
function changed(parts: Readonly<Record<string, Part | null>>): Structure {
  const all = Object.entries({ ...EXAMPLE, ...parts }).flatMap(([path, part]) =>
    part ? [[path, part] as const] : [],
  );
  return structureOf(Object.fromEntries(all.sort(([one], [other]) => (one < other ? -1 : 1))));
}

const api = EXAMPLE['apps/api'] as Part;

/** Settles everything and looks again. */
function settled(text: string, structure: Structure): string {
  const after = applyDrift(text, driftOf(text, structure));
  expect(driftOf(after, structure)).toEqual([]);
  expect(readStructureFile(after).warnings).toEqual([]);
  return after;
}

test('nothing differs from what was just written', () => {
  expect(driftOf(TEXT, structureOf(EXAMPLE))).toEqual([]);
});

describe("the specification's example of changes", () => {
  const structure = changed({
    'apps/docs': { title: 'Documentation', kind: 'documentation', uses: ['analytics'] },
    'packages/analytics': { title: 'Analytics' },
    'apps/api': { ...api, uses: ['shared-types', 'utils', 'analytics'] },
  });

  test('a new directory, a new package, a new dependency', () => {
    const findings = driftOf(TEXT, structure);
    expect(findings).toMatchObject([
      {
        kind: 'new',
        what: 'directory',
        path: 'apps/docs',
        group: 'components',
        declared: { name: 'Documentation' },
      },
      { kind: 'new', what: 'package', path: 'packages/analytics', group: 'shared' },
      {
        kind: 'dependencies',
        name: 'API',
        path: 'apps/api',
        added: [{ name: 'analytics', path: 'packages/analytics' }],
        removed: [],
      },
    ]);
    expect(findings).toHaveLength(3);
  });

  test('all together are settled', () => {
    const { declared } = readStructureFile(settled(TEXT, structure));
    expect(declared.components.at(-1)).toEqual({
      name: 'Documentation',
      paths: ['apps/docs/**'],
      dependencies: ['analytics'],
      isolation: 'parallel',
    });
    expect(declared.shared.at(-1)).toEqual({
      name: 'analytics',
      paths: ['packages/analytics/**'],
      usedBy: ['API', 'Documentation'],
      isolation: 'exclusive',
    });
    expect(declared.components.find(({ name }) => name === 'API')?.dependencies).toEqual([
      'shared-types',
      'utils',
      'analytics',
    ]);
    expect(declared.taskRouting.patterns.map(({ section }) => section)).toContain('Documentation');
  });

  test('each alone is settled, and the others stay', () => {
    const findings = driftOf(TEXT, structure);
    for (const one of findings) {
      const left = driftOf(applyDrift(TEXT, [one]), structure);
      expect(left.filter(({ kind }) => kind === one.kind).length).toBeLessThan(
        findings.filter(({ kind }) => kind === one.kind).length,
      );
      expect(left).toHaveLength(findings.length - 1);
    }
  });
});

test('what vanished goes, with every mention of it', () => {
  const structure = changed({
    'packages/utils': null,
    'apps/api': { ...api, uses: ['shared-types'] },
    'apps/admin': { ...EXAMPLE['apps/admin'], uses: ['shared-types', 'ui-components'] },
  });
  expect(driftOf(TEXT, structure)).toMatchObject([{ kind: 'vanished', group: 'shared', name: 'utils' }]);
  expect(settled(TEXT, structure)).not.toContain('utils');
});

test('of several globs only the one that is of nothing goes', () => {
  const text = TEXT.replace('      - apps/api/**\n', '      - apps/api/**\n      - tools/api/** # by hand\n');
  expect(driftOf(text, structureOf(EXAMPLE), ['tools/api/run.sh'])).toEqual([]);
  expect(driftOf(text, structureOf(EXAMPLE))).toMatchObject([
    { kind: 'empty-paths', group: 'components', name: 'API', paths: ['tools/api/**'] },
  ]);
  expect(settled(text, structureOf(EXAMPLE))).toBe(TEXT);
});

describe('what moved is known again', () => {
  test('by its name in another folder', () => {
    const structure = changed({ 'apps/api': null, 'services/api': api });
    expect(driftOf(TEXT, structure)).toMatchObject([
      { kind: 'moved', name: 'API', newName: 'API', newPath: 'services/api', newPaths: ['services/api/**'] },
    ]);
    expect(settled(TEXT, structure)).toBe(TEXT.replace('apps/api/**', 'services/api/**'));
  });

  test('by what it uses, under another name', () => {
    const structure = changed({ 'apps/api': null, 'apps/backend': { ...api, title: 'Backend' } });
    expect(driftOf(TEXT, structure)).toMatchObject([{ kind: 'moved', name: 'API', newName: 'Backend' }]);
    const after = settled(TEXT, structure);
    expect(after).not.toMatch(/: API$|API,/m);
    expect(after).toContain('usedBy: [Admin Dashboard, Backend, Mobile App, Landing Page]');
    expect(after).toContain('section: Backend');
  });

  test('by its users, when it is shared', () => {
    const uses = (part: Part | undefined) => ({
      ...part,
      uses: part?.uses?.map((name) => (name === 'utils' ? 'helpers' : name)) ?? [],
    });
    const structure = changed({
      'packages/utils': null,
      'packages/helpers': { title: 'Helpers' },
      'apps/api': uses(api),
      'apps/admin': uses(EXAMPLE['apps/admin']),
    });
    expect(driftOf(TEXT, structure)).toMatchObject([{ kind: 'moved', name: 'utils', newName: 'helpers' }]);
    const after = settled(TEXT, structure);
    expect(readStructureFile(after).declared.components[0]?.dependencies).toContain('helpers');
  });

  test('but not where it could be two', () => {
    const structure = changed({ 'apps/api': null, 'apps/one': api, 'apps/two': api });
    const kinds = driftOf(TEXT, structure).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'moved')).toEqual([]);
    expect(kinds).toEqual(expect.arrayContaining(['new', 'vanished']));
    settled(TEXT, structure);
  });
});

test('who uses a shared package is told once: where the dependencies are not, with its users', () => {
  const text = TEXT.replace('usedBy: [Admin Dashboard, API]', 'usedBy: [Admin Dashboard]');
  expect(driftOf(text, structureOf(EXAMPLE))).toEqual([
    {
      kind: 'users',
      name: 'utils',
      path: 'packages/utils',
      added: [{ name: 'API', path: 'apps/api' }],
      removed: [],
    },
  ]);
  expect(settled(text, structureOf(EXAMPLE))).toContain('usedBy: [Admin Dashboard, API]');
});

test('whoever is new is told once, whatever it uses', () => {
  const structure = changed({ 'apps/docs': { title: 'Docs', uses: ['shared-types'] } });
  expect(driftOf(TEXT, structure)).toMatchObject([{ kind: 'new', path: 'apps/docs' }]);
  expect(settled(TEXT, structure)).toContain(
    'usedBy: [Admin Dashboard, API, Mobile App, Landing Page, Docs]',
  );
});

test('a shared package that uses another is one of its users', () => {
  const structure = changed({ 'packages/ui-components': { uses: ['shared-types'] } });
  expect(driftOf(TEXT, structure)).toMatchObject([
    { kind: 'users', name: 'shared-types', added: [{ name: 'ui-components' }] },
  ]);
});

test('a component that two use now becomes shared', () => {
  const before = structureText(declare(changed({ 'packages/dates': {} })));
  const after = changed({
    'packages/dates': {},
    'apps/api': { ...api, uses: ['shared-types', 'utils', 'dates'] },
    'apps/web': { ...EXAMPLE['apps/web'], uses: ['shared-types', 'ui-components', 'dates'] },
  });
  expect(driftOf(before, after).map(({ kind }) => kind)).toEqual([
    'dependencies',
    'dependencies',
    'now-shared',
  ]);
  // Whoever has made it exclusive by hand has seen to it.
  const exclusive = before.replace(/(name: Dates\n[\s\S]*?isolation: )parallel/, '$1exclusive');
  expect(driftOf(exclusive, after).map(({ kind }) => kind)).toEqual(['dependencies', 'dependencies']);
  const { declared } = readStructureFile(settled(before, after));
  expect(declared.components.map(({ name }) => name)).not.toContain('Dates');
  expect(declared.shared.at(-1)).toMatchObject({ name: 'Dates', usedBy: ['API', 'Landing Page'] });
});

describe('what people wrote stands', () => {
  test('names, isolation and components that they put together are no findings', () => {
    const text = TEXT.replace('name: Infrastructure', 'name: Servers # ours')
      .replace('section: Infrastructure', 'section: Servers')
      .replace('isolation: exclusive', 'isolation: parallel');
    expect(driftOf(text, structureOf(EXAMPLE))).toEqual([]);
    const file = `components:
  - { name: Clients, paths: [apps/admin/**, apps/web/**, apps/mobile/**], dependencies: [shared-types, ui-components, utils] }
  - { name: Rest, paths: [apps/api/**, infrastructure/**], dependencies: [shared-types, utils] }
shared:
  - { name: shared-types, paths: [packages/shared-*/**], usedBy: [Clients, Rest] }
  - { name: ui-components, paths: [packages/ui-*/**], usedBy: [Clients] }
  - { name: utils, paths: [packages/utils/**], usedBy: [Clients, Rest] }
`;
    expect(driftOf(file, structureOf(EXAMPLE))).toEqual([]);
  });

  test('a dependency on something that discovery cannot see', () => {
    const text = TEXT.replace(
      '      - shared-types\n      - utils\n    isolation',
      '      - shared-types\n      - utils\n      - Legacy # over HTTP\n    isolation',
    ).replace('\nshared:', '\n  - name: Legacy\n    paths: [legacy/**]\n\nshared:');
    expect(text).toContain('Legacy # over HTTP');
    expect(driftOf(text, structureOf(EXAMPLE), ['legacy/main.pl'])).toEqual([]);
  });

  test('the most specific glob owns a component', () => {
    const text = TEXT.replace('apps/api/**', 'apps/**');
    expect(driftOf(text, structureOf(EXAMPLE))).toEqual([]);
  });

  test('comments and hand-made lines survive an application', () => {
    const comment = '# Ask Grace before changing this one.';
    const text = TEXT.replace('  - name: API', `  ${comment}\n  - name: API # the old one`).replace(
      '    - match:',
      '    # Payments are the API\'s, too.\n    - match: "pay(ment|ing)?s?"\n      section: API\n    - match:',
    );
    const after = applyDrift(text, driftOf(text, changed({ 'apps/api': { ...api, uses: ['utils'] } })));
    expect(after).toBe(
      text
        .replace(
          '    dependencies:\n      - shared-types\n      - utils\n    isolation',
          '    dependencies:\n      - utils\n    isolation',
        )
        .replace('usedBy: [Admin Dashboard, API, Mobile App', 'usedBy: [Admin Dashboard, Mobile App'),
    );
  });
});

describe('the root', () => {
  const structure = structureOf({ '': { key: 'root', title: 'Root' }, a: {}, b: {} });
  const others = '  - { name: A, paths: [a/**, README.md] }\n  - { name: B, paths: [b/**] }\n';

  test('is new where nobody has its folders, whoever has a file at the top', () => {
    expect(driftOf(`components:\n${others}`, structure, ['README.md'])).toMatchObject([
      { kind: 'new', path: '' },
    ]);
    expect(driftOf(structureText(declare(structure)), structure)).toEqual([]);
  });

  test("is whose most of it is: one of its folders may be another's", () => {
    const file = `components:\n  - { name: Docs, paths: [docs/**] }\n${others}  - { name: Tool, paths: [scripts/**], dependencies: [A] }\n`;
    const root = structure.components.map((one) =>
      one.path === '' ? { ...one, paths: ['docs/**', 'scripts/**'] } : one,
    );
    const files = ['README.md', 'docs/a.md', 'scripts/b.js'];
    const edges = [{ from: 'root', to: 'a', sources: ['import' as const] }];
    expect(driftOf(file, { ...structure, components: root, edges }, files)).toEqual([]);
  });
});

test('a component is whose its manifest is, when its files are in two entries', () => {
  const structure = structureOf({ 'apps/api': { uses: ['b'] }, b: {} });
  const file = `components:
  - { name: Sources, paths: [apps/api/src/**] }
  - { name: Api, paths: [apps/api/package.json], dependencies: [B] }
  - { name: B, paths: [b/**] }
`;
  expect(driftOf(file, structure)).toEqual([]);
});

test('a thousand components and sixty thousand files take seconds, not minutes', () => {
  const parts = Object.fromEntries(
    Array.from({ length: 1000 }, (_, number) => {
      const name = String(number).padStart(4, '0');
      return [`packages/p${name}`, { uses: number > 2 ? [`p000${number % 3}`] : [] }];
    }),
  );
  const structure = structureOf(parts);
  const more = structure.components.flatMap(({ path }) =>
    Array.from({ length: 58 }, (_, n) => `${path}/src/f${n}.ts`),
  );
  const declared = declare(structure);
  const files = filesOf(structure, more);
  expect(files).toHaveLength(60_000);
  const start = performance.now();
  expect(findDrift(declared, structure, files)).toEqual([]);
  expect(performance.now() - start).toBeLessThan(10_000);
});

describe('what a shared package uses that is not shared itself', () => {
  const ui = EXAMPLE['packages/ui-components'] as Part;
  const withTypes = { ...ui, uses: [...(ui.uses ?? []), 'shared-types'] };
  const structure = changed({
    'packages/icons': { title: 'Icons' },
    'packages/ui-components': { ...ui, uses: [...withTypes.uses, 'icons'] },
  });
  const uiIn = (text: string) =>
    readStructureFile(text).declared.shared.find(({ name }) => name === 'ui-components');

  test('stands in the file, where nothing else would say it, and in the graph', () => {
    const text = structureText(declare(structure));
    expect(uiIn(text)?.dependencies).toEqual(['Icons']);
    expect(graphOf(readStructureFile(text).declared).edges).toContainEqual({
      from: 'ui-components',
      to: 'Icons',
    });
    expect(driftOf(text, structure)).toEqual([]);
    // What says nothing of the kind is written as the specification draws it.
    expect(TEXT.slice(TEXT.indexOf('shared:'))).not.toContain('dependencies');
  });

  test('is found when it changes, and settled', () => {
    const after = settled(TEXT, structure);
    expect(uiIn(after)?.dependencies).toEqual(['Icons']);
    const without = changed({ 'packages/ui-components': withTypes });
    expect(driftOf(after, without)).toMatchObject([{ kind: 'vanished', name: 'Icons' }]);
    expect(settled(after, without)).not.toContain('Icons');
    const unused = changed({ 'packages/icons': { title: 'Icons' }, 'packages/ui-components': withTypes });
    expect(driftOf(after, unused)).toMatchObject([
      { kind: 'dependencies', name: 'ui-components', removed: [{ name: 'Icons' }] },
    ]);
    expect(uiIn(settled(after, unused))?.dependencies ?? []).toEqual([]);
  });

  test('goes with a package that is new and shared, or becomes shared', () => {
    const fresh = structureText(
      declare(
        changed({ 'packages/ui-components': null, ...withoutUi('apps/admin', 'apps/mobile', 'apps/web') }),
      ),
    );
    expect(uiIn(settled(fresh, structure))?.dependencies).toEqual(['Icons']);
    const alone = structureOf({
      'apps/a': { title: 'A', uses: ['ui'] },
      'packages/icons': { title: 'Icons' },
      'packages/ui': { title: 'UI', uses: ['icons'] },
    });
    const both = structureOf({
      'apps/a': { title: 'A', uses: ['ui'] },
      'apps/b': { title: 'B', uses: ['ui'] },
      'packages/icons': { title: 'Icons' },
      'packages/ui': { title: 'UI', uses: ['icons'] },
    });
    const shared = readStructureFile(settled(structureText(declare(alone)), both)).declared.shared;
    expect(shared).toMatchObject([{ name: 'UI', dependencies: ['Icons'] }]);
  });

  test('is renamed with it; a name that is not declared is a warning', () => {
    const text = structureText(declare(structure));
    const moved = changed({
      'packages/pictures': { title: 'Pictures' },
      'packages/ui-components': { ...ui, uses: [...withTypes.uses, 'pictures'] },
    });
    expect(uiIn(settled(text, moved))?.dependencies).toEqual(['Pictures']);
    expect(readStructureFile(text.replace('- Icons', '- Icon')).warnings).toEqual([
      expect.stringMatching(
        /"ui-components" depends on "Icon", which is not declared here\. Did you mean "Icons"\?$/,
      ),
    ]);
  });

  function withoutUi(...apps: readonly string[]): Record<string, Part> {
    return Object.fromEntries(
      apps.map((app) => {
        const part = EXAMPLE[app] as Part;
        return [app, { ...part, uses: (part.uses ?? []).filter((use) => use !== 'ui-components') }];
      }),
    );
  }
});
