// What a repository is made of: found, drawn, asked about, written, compared, and kept by hand.

import { existsSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { makeProject, type TestProject } from '../support/project.ts';
import { CTRL_C, CTRL_D, runOnTerminal } from '../support/terminal.ts';

const FILE = '.steroids/structure.yaml';
const uses = (...names: string[]) => Object.fromEntries(names.map((name) => [`@acme/${name}`, '*']));
const manifest = (name: string, dependencies: object = {}) =>
  `${JSON.stringify({ name: `@acme/${name}`, dependencies })}\n`;

/** As in the specification, smaller. */
const MONOREPO = {
  'package.json': JSON.stringify({ name: 'acme', private: true, workspaces: ['apps/*', 'packages/*'] }),
  'apps/api/package.json': manifest('api', { express: '5', ...uses('shared-types', 'utils') }),
  'apps/admin/package.json': manifest('admin', { react: '19', ...uses('shared-types', 'utils') }),
  'apps/admin/README.md': '# Admin Dashboard\n',
  'packages/shared-types/package.json': manifest('shared-types'),
  'packages/utils/package.json': manifest('utils'),
};

const monorepo = (init = false) => makeProject({ init, files: MONOREPO });
const sectionsOf = (
  project: TestProject,
): Promise<{ id: string; name: string; paths: string[]; exclusive: boolean }[]> =>
  project.json(['sections', 'list']);
const isSetUp = (project: TestProject) =>
  existsSync(path.join(project.folder, '.git/steroids')) ||
  existsSync(path.join(project.folder, '.steroids'));

/** Set up, with sections, and committed. */
async function withStructure(): Promise<TestProject> {
  const project = await monorepo();
  await project.json(['init', '--monorepo', '--yes', '--commit']);
  return project;
}

const DRAWN = `📁 Detected Monorepo Structure:
┌─────────────────────────────────────────────────────────────────┐
│                                                                 │
│  /apps                                                          │
│  ├── admin/           → Admin Dashboard (React)                 │
│  └── api/             → API (Node.js/Express)                   │
│                                                                 │
│  /packages                                                      │
│  ├── shared-types/    → Shared Types (SHARED)                   │
│  └── utils/           → Utils (SHARED)                          │
│                                                                 │
└─────────────────────────────────────────────────────────────────┘

🔗 Detected Dependencies:
  • admin       → shared-types, utils
  • api         → shared-types, utils

⚠️  Shared Packages:
  Changes to shared-types or utils affect multiple apps.
  Recommend: Run these tasks with exclusive lock.
`;

test('nothing in the names of folders and packages moves the cursor', async () => {
  const evil = 'e\u001b[2Kvil\u202e\r\nx';
  const project = await makeProject({
    files: {
      'package.json': JSON.stringify({ workspaces: ['apps/*', 'packages/*'] }),
      [`apps/${evil}/package.json`]: JSON.stringify({
        name: 'a',
        description: evil,
        dependencies: { b: '*' },
      }),
      [`packages/${evil}/package.json`]: JSON.stringify({ name: 'b' }),
      [`apps/${evil}2/package.json`]: `{ ${evil}`,
      'apps/web/package.json': JSON.stringify({ name: 'web', dependencies: { b: '*' } }),
    },
  });
  const ran = [
    await project.run('structure', 'show'),
    await project.run('structure', 'show', '--graph', 'mermaid'),
    await project.run('init', '--monorepo', '--yes'),
    await project.run('sections', 'list'),
  ];
  project.write(FILE, 'version: 1\n');
  ran.push(await project.run('structure', 'analyze'));
  project.write(
    FILE,
    `components:\n  - { name: ${JSON.stringify(`a\u001bb`)}, paths: [x/**], dependencies: [${JSON.stringify(`c\u001bd`)}] }\n`,
  );
  ran.push(await project.run('structure', 'show'), await project.run('structure', 'analyze', '--apply'));
  for (const { code, out, err } of ran) {
    expect(code).toBe(0);
    for (const char of ['\u001b', '\r', '\u202e']) expect(out + err).not.toContain(char);
  }
});

describe('init --monorepo', () => {
  test('--dry-run shows what is found, and changes nothing', async () => {
    const project = await monorepo();
    const ran = await project.run('init', '--monorepo', '--dry-run');
    expect(ran).toMatchObject({ code: 0, err: 'Analyzing project structure...' });
    expect(`${ran.out}\n`).toBe(DRAWN);
    const document = await project.json(['init', '--monorepo', '--dry-run']);
    expect(document).toMatchObject({
      components: [
        {
          name: 'Admin Dashboard',
          path: 'apps/admin',
          type: 'frontend',
          framework: 'react',
          dependencies: ['shared-types', 'utils'],
          canRunParallel: true,
        },
        { name: 'API' },
      ],
      sharedPackages: [
        { name: 'shared-types', path: 'packages/shared-types', usedBy: ['admin', 'api'], exclusive: true },
        { name: 'utils' },
      ],
      dependencyGraph: { admin: ['shared-types', 'utils'], utils: [] },
      written: false,
    });
    expect(document.suggestedSections[2]).toEqual({
      name: 'Shared Types',
      paths: ['packages/shared-types/**'],
      isolation: 'exclusive',
    });
    expect(isSetUp(project)).toBe(false);
  });

  test('asks nobody in a pipe, and then changes nothing', async () => {
    const project = await monorepo();
    const ran = await project.run('init', '--monorepo');
    expect(ran).toMatchObject({ code: 2, err: expect.stringContaining('steroids init --monorepo --yes') });
    expect(await project.json(['init', '--monorepo'], 2)).toMatchObject({ error: { code: 'not-confirmed' } });
    expect(isSetUp(project)).toBe(false);
    expect(await project.run('init', '--yes')).toMatchObject({
      code: 2,
      err: expect.stringContaining('--monorepo'),
    });
  });

  test('on a terminal Enter is yes: one section a component, an exclusive one a shared package', async () => {
    const project = await monorepo();
    const ran = await runOnTerminal(project, ['init', '--monorepo'], ['']);
    expect(ran.code).toBe(0);
    expect(ran.out).toContain('Create sections from this structure? [Y/n]');
    expect(stripVTControlCharacters(ran.out)).toContain(DRAWN);
    expect(await sectionsOf(project)).toMatchObject([
      { name: 'Admin Dashboard', paths: ['apps/admin/**'], exclusive: false },
      { name: 'API', paths: ['apps/api/**'], exclusive: false },
      { name: 'Shared Types', paths: ['packages/shared-types/**'], exclusive: true },
      { name: 'Utils', paths: ['packages/utils/**'], exclusive: true },
    ]);
    const list = (await project.run('sections', 'list')).out;
    expect(list).toMatch(/API +apps\/api\/\*\* +✓ +0/);
    expect(list).toMatch(/Shared Types +packages\/shared-types\/\*\* +⚠ EXCL +0/);
  });

  test.each([
    ['Ctrl-C', CTRL_C],
    ['Ctrl-D', CTRL_D],
  ])('%s at the question changes nothing', async (_, key) => {
    const project = await monorepo();
    const ran = await runOnTerminal(project, ['init', '--monorepo'], [key]);
    expect(ran.code).toBe(2);
    expect(ran.out).toContain('no answer was given, so nothing was changed');
    expect(isSetUp(project)).toBe(false);
  });

  test('what is neither yes nor no is asked about again', async () => {
    const project = await monorepo();
    const ran = await runOnTerminal(project, ['init', '--monorepo'], ['yep', 'YES']);
    expect(ran.code).toBe(0);
    expect(ran.out).toContain('Please answer y or n.');
    expect(await sectionsOf(project)).toHaveLength(4);
  });

  test('"n" writes the structure without sections, and they can be had later', async () => {
    const project = await monorepo();
    const ran = await runOnTerminal(project, ['init', '--monorepo'], ['n']);
    expect(ran.code).toBe(0);
    expect(ran.out).toContain('No sections were created');
    expect(project.read(FILE)).toContain('- name: Admin Dashboard');
    expect(await sectionsOf(project)).toEqual([]);
    expect(await project.run('structure', 'analyze', '--check')).toMatchObject({ code: 0 });
    await project.json(['structure', 'analyze', '--apply']);
    expect(await sectionsOf(project)).toHaveLength(4);
  });

  test('--commit commits the structure with the configuration, and nothing else that is staged', async () => {
    const project = await monorepo();
    project.write('staged.txt', 'mine\n');
    project.git('add', 'staged.txt');
    const done = await project.json(['init', '--monorepo', '--yes', '--commit']);
    expect(done).toMatchObject({ committed: true, written: true, sections: { created: expect.any(Array) } });
    expect(project.git('show', '--name-only', '--format=', 'HEAD').split('\n')).toEqual([
      '.steroids/config.yaml',
      FILE,
    ]);
    expect(project.git('status', '--porcelain')).toBe('A  staged.txt');
    project.write(FILE, `${project.read(FILE)}# by hand\n`);
    expect((await project.json(['init', '--commit'])).did).toEqual([`committed ${FILE} on main`]);
  });

  test('a structure that is there leads to analyze', async () => {
    const project = await withStructure();
    const before = project.read(FILE);
    project.write('apps/docs/package.json', manifest('docs'));
    project.commit('Add docs');
    const dry = await project.run('init', '--monorepo', '--dry-run');
    expect(dry.err).toContain(`There is a ${FILE} already.`);
    expect(dry.out).toContain('+ New directory: apps/docs/');
    expect(project.read(FILE)).toBe(before);
    expect(await project.run('init', '--monorepo', '--yes')).toMatchObject({ code: 0 });
    expect(project.read(FILE)).toContain('apps/docs/**');
    expect((await sectionsOf(project)).map(({ name }) => name)).toContain('Docs');
  });

  test('what is no monorepo gets one section, when somebody wants it', async () => {
    const project = await makeProject({ init: false, name: 'my-tool', files: { 'src/a.sh': 'true\n' } });
    const ran = await runOnTerminal(project, ['init', '--monorepo'], ['y']);
    expect(ran.out).toContain('This is not a monorepo: it is one piece, "My Tool".');
    expect(ran.out).toContain('Create one section for all of it? [Y/n]');
    expect(project.read(FILE)).toContain('type: single');
    expect(await sectionsOf(project)).toMatchObject([{ name: 'My Tool', paths: ['**'], exclusive: false }]);
    expect(await project.run('structure', 'analyze', '--check')).toMatchObject({ code: 0 });
  });
});

describe('structure analyze', () => {
  /** A new app, a new package that two use, and a dependency more. */
  function evolve(project: TestProject): void {
    project.write('apps/docs/package.json', manifest('docs', { next: '16', ...uses('analytics') }));
    project.write('apps/docs/README.md', '# Documentation\n');
    project.write('packages/analytics/package.json', manifest('analytics'));
    project.write(
      'apps/api/package.json',
      manifest('api', { express: '5', ...uses('shared-types', 'utils', 'analytics') }),
    );
    project.commit('Evolve');
  }

  test('says which packages git does not track yet', async () => {
    const project = await withStructure();
    project.write('apps/new one/package.json', manifest('new', {}));
    project.write('apps/api/node_modules/theirs/package.json', manifest('theirs', {}));
    expect(await project.run('structure', 'analyze', '--check')).toEqual({
      code: 0,
      out: `Nothing has changed: ${FILE} is up to date.`,
      err: `Comparing current structure to ${FILE}...
note: apps/new one/: Git does not track it yet, so it was not looked at. To have it looked at: git add it.`,
    });
    project.git('add', 'apps/new one');
    expect(await project.run('structure', 'analyze', '--check')).toMatchObject({ code: 1 });
  });

  test('says what changed and what it suggests, and ends with 1 for --check', async () => {
    const project = await withStructure();
    expect(await project.run('structure', 'analyze')).toMatchObject({
      code: 0,
      out: `Nothing has changed: ${FILE} is up to date.`,
    });
    evolve(project);
    const checked = await project.run('structure', 'analyze', '--check');
    expect(checked).toMatchObject({ code: 1, err: `Comparing current structure to ${FILE}...` });
    expect(checked.out).toBe(`Changes detected:
  + New directory: apps/docs/  (not mapped to any section)
  + New package: packages/analytics/
  ~ Modified: apps/api/ now depends on packages/analytics/

Suggestions:
  1. Create new section "Documentation" for apps/docs/
  2. Create new section "Analytics" for packages/analytics/ (SHARED)
  3. Update API section dependencies`);
    const piped = await project.run('structure', 'analyze');
    expect(piped).toMatchObject({ code: 0, out: expect.stringContaining('--apply') });
    expect(project.git('status', '--porcelain')).toBe('');
    expect(await sectionsOf(project)).toHaveLength(4);
    const document = await project.json(['structure', 'analyze', '--check'], 1);
    expect(document).toMatchObject({
      drift: true,
      findings: [
        { kind: 'new', path: 'apps/docs', what: 'directory', applied: false },
        { kind: 'new', path: 'packages/analytics', what: 'package' },
        { kind: 'dependencies', name: 'API', added: [{ name: 'analytics', path: 'packages/analytics' }] },
      ],
    });
  });

  test('--apply settles all, in the file and in the sections, and what was written by hand survives', async () => {
    const project = await withStructure();
    const comment = '# Grace knows why.';
    const hand = project
      .read(FILE)
      .replace('  - name: API', `  ${comment}\n  - name: Backend # once "API"`)
      .replace('section: API', 'section: Backend')
      .replaceAll(', API]', ', Backend]');
    project.write(FILE, hand);
    evolve(project);
    const applied = await project.run('structure', 'analyze', '--apply');
    expect(applied).toMatchObject({
      code: 0,
      out: expect.stringContaining(
        '✓ created 2 sections: Documentation, Analytics\n✓ changed section "Backend"',
      ),
    });
    const after = project.read(FILE);
    expect(after).toContain(`  ${comment}\n  - name: Backend # once "API"\n`);
    expect(after).toContain('usedBy: [Backend, Documentation]');
    const kept = after.split('\n').filter((line) => hand.split('\n').includes(line));
    expect(hand.split('\n').filter((line) => !kept.includes(line))).toEqual([]);
    expect((await project.run('structure', 'analyze')).out).toContain('up to date');
    expect(await sectionsOf(project)).toHaveLength(6);
    expect(await sectionsOf(project)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: 'Analytics', exclusive: true, paths: ['packages/analytics/**'] }),
        expect.objectContaining({ name: 'Documentation', exclusive: false }),
        expect.objectContaining({ name: 'Backend', paths: ['apps/api/**'] }),
      ]),
    );
  });

  test('on a terminal it asks, and --pick asks about each', async () => {
    const project = await withStructure();
    evolve(project);
    const before = project.read(FILE);
    const no = await runOnTerminal(project, ['structure', 'analyze'], ['n']);
    expect(no.out).toContain('Apply suggestions? [Y/n]');
    expect(no.out).toContain('Nothing was changed.');
    expect(project.read(FILE)).toBe(before);
    const picked = await runOnTerminal(project, ['structure', 'analyze', '--pick'], ['n', 'y', 'n']);
    expect(picked.out.match(/\[Y\/n\]/g)).toHaveLength(3);
    expect(project.read(FILE)).toContain('- name: analytics');
    expect(project.read(FILE)).not.toContain('Documentation\n    paths');
    expect((await sectionsOf(project)).map(({ name }) => name)).toEqual([
      'Admin Dashboard',
      'API',
      'Shared Types',
      'Utils',
      'Analytics',
    ]);
    const refused = await project.run('structure', 'analyze', '--pick');
    expect(refused).toMatchObject({ code: 2, err: expect.stringContaining('nobody can be asked') });
    expect(await project.run('structure', 'analyze', '--pick', '--apply')).toMatchObject({ code: 2 });
  });

  test('a section with tasks is never removed; one without goes with its package', async () => {
    const project = await withStructure();
    await project.json(['tasks', 'add', 'Do it', '--section', 'Utils']);
    const removed = await project.run('sections', 'skip', 'shared-types');
    expect(removed).toMatchObject({ code: 0, out: expect.stringContaining('Shared Types') });
    const without = uses('shared-types');
    project.write('apps/api/package.json', manifest('api', { express: '5' }));
    project.write('apps/admin/package.json', manifest('admin', { react: '19', ...without }));
    rmSync(path.join(project.folder, 'packages'), { recursive: true });
    project.commit('Remove packages');
    const applied = await project.json(['structure', 'analyze', '--apply']);
    expect(applied.sections).toEqual({
      created: [],
      changed: [],
      removed: ['Shared Types'],
      kept: [{ name: 'Utils', why: 'it has a task' }],
    });
    expect((await sectionsOf(project)).map(({ name }) => name)).toEqual(['Admin Dashboard', 'API', 'Utils']);
    expect(project.read(FILE)).not.toMatch(/utils|shared-types/);
  });

  test('what moved keeps its section, with its tasks', async () => {
    const project = await withStructure();
    const id = (await project.json(['tasks', 'add', 'Do it', '--section', 'API'])).id;
    const [before] = (await sectionsOf(project)).filter(({ name }) => name === 'API');
    renameSync(path.join(project.folder, 'apps/api'), path.join(project.folder, 'apps/server'));
    project.commit('Rename');
    const shown = await project.run('structure', 'analyze');
    expect(shown.out).toMatch(/^ {2}~ (Moved|Renamed): API /m);
    await project.json(['structure', 'analyze', '--apply']);
    const [after] = (await sectionsOf(project)).filter((section) => section.id === before?.id);
    expect(after?.paths).toEqual(['apps/server/**']);
    expect((await project.json(['tasks', 'show', id])).section).toBe(after?.name);
  });

  test('sections follow what is changed in the file by hand, when that is applied', async () => {
    const project = await withStructure();
    await project.json(['sections', 'edit', 'API', '--max-runners', '3']);
    const hand = project
      .read(FILE)
      .replace('      - apps/api/**\n', '      - apps/api/**\n      - package.json\n');
    project.write(FILE, hand.replace('isolation: exclusive', 'isolation: parallel'));
    expect(await project.run('structure', 'analyze', '--check')).toMatchObject({ code: 0 });
    const shown = await project.run('structure', 'analyze');
    expect(shown.out).toContain('~ Section differs: API has apps/api/**');
    expect(shown.out).toContain('~ Section differs: Shared Types is exclusive');
    await project.json(['structure', 'analyze', '--apply']);
    expect(await sectionsOf(project)).toMatchObject([
      {},
      { name: 'API', paths: ['apps/api/**', 'package.json'], maxRunners: 3 },
      { name: 'Shared Types', exclusive: false },
      { exclusive: true },
    ]);
  });

  test('--check needs no set-up: CI has a fresh clone', async () => {
    const project = await withStructure();
    rmSync(path.join(project.folder, '.git/steroids'), { recursive: true });
    expect(await project.run('structure', 'analyze', '--check')).toMatchObject({ code: 0 });
    evolve(project);
    expect(await project.run('structure', 'analyze', '--check')).toMatchObject({ code: 1 });
    expect(existsSync(path.join(project.folder, '.git/steroids'))).toBe(false);
  });

  test.each([
    ['version: 1\ncomponents: [\n', /structure\.yaml:\d+:\d+: /],
    [
      'components:\n  - name: A\n    paths: [a/**]\n    isolation: paralel\n',
      /structure\.yaml:4:5: .*"paralel"\. Did you mean "parallel"\?/,
    ],
    [
      'taskRouting: { patterns: [{ match: "(", section: A }] }\n',
      /structure\.yaml:1:\d+: "\(" is no regular expression: Unterminated group/,
    ],
  ])('%j is refused with its place, and left as it is', async (text, said) => {
    const project = await withStructure();
    project.write(FILE, text);
    for (const args of [['analyze', '--apply'], ['show']]) {
      const ran = await project.run('structure', ...args);
      expect(ran).toMatchObject({ code: 2, err: expect.stringMatching(said) });
    }
    expect(project.read(FILE)).toBe(text);
  });

  test('without a structure it says how to get one, and names that are not declared are warnings', async () => {
    const project = await monorepo(true);
    const none = await project.run('structure', 'analyze');
    expect(none).toMatchObject({ code: 2, err: expect.stringContaining('steroids init --monorepo') });
    await project.json(['init', '--monorepo', '--yes']);
    project.write(FILE, project.read(FILE).replace('section: utils', 'section: util'));
    const warned = await project.run('structure', 'analyze', '--check');
    expect(warned.code).toBe(0);
    expect(warned.err).toMatch(
      /structure\.yaml:\d+:\d+: .* "util", which is not declared here\. Did you mean "utils"\?/,
    );
  });
});

test('a file that a sparse checkout leaves out is neither missed nor written anew', async () => {
  const project = await withStructure();
  project.git('sparse-checkout', 'set', '--cone', 'apps/api');
  for (const words of [
    ['structure', 'show'],
    ['structure', 'analyze', '--check'],
    ['init', '--monorepo', '--yes'],
  ])
    expect(await project.run(...words)).toMatchObject({
      code: 2,
      err: expect.stringContaining(
        `${FILE} is not checked out here (sparse checkout)\n  → git sparse-checkout add .steroids`,
      ),
    });
  expect(existsSync(path.join(project.folder, FILE))).toBe(false);
});

test('structure show draws the file, or what is found; its graph in three forms', async () => {
  const project = await monorepo();
  const found = await project.run('structure', 'show');
  expect(found.err).toContain('steroids init --monorepo');
  expect(found.out).toContain('├── admin/           → Admin Dashboard');
  await project.json(['init', '--monorepo', '--yes']);
  const written = await project.run('structure', 'show');
  expect(written).toMatchObject({ code: 0, err: '' });
  expect(written.out).toContain('│  └── utils/           → utils (SHARED)');
  expect((await project.run('structure', 'show', '--graph', 'text')).out).toBe(
    '  • Admin Dashboard → shared-types, utils\n  • API             → shared-types, utils',
  );
  const asText = await project.run('structure', 'show', '--graph', 'text');
  expect(await project.run('structure', 'show', '--graph')).toEqual(asText);
  expect((await project.run('structure', 'show', '--graph', 'mermaid')).out).toBe(`graph LR
  n0["Admin Dashboard"]
  n1["API"]
  n2[["shared-types"]]
  n3[["utils"]]
  n0 --> n2
  n0 --> n3
  n1 --> n2
  n1 --> n3`);
  const graph = JSON.parse((await project.run('structure', 'show', '--graph', 'json')).out);
  expect(graph.edges).toContainEqual({ from: 'API', to: 'utils' });
  expect(await project.json(['structure', 'show'])).toMatchObject({ file: FILE, type: 'monorepo', graph });
  project.write(FILE, 'version: 1\n');
  expect((await project.run('structure', 'show')).out).toBe(
    `${FILE} declares nothing yet. What there is: steroids structure analyze`,
  );
});
