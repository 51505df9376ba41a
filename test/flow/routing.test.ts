// Where new tasks are led: `tasks add --auto-section` in a real repository, on a terminal and in a pipe.

import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { onTerminal } from '../support/person.ts';
import { makeProject, type TestProject } from '../support/project.ts';

const FILES = {
  'apps/admin/src/page.tsx': 'page\n',
  'apps/api/src/middleware/session.ts': 'session\n',
  'apps/api/src/routes/auth.ts': 'export function checkUser() {}\n',
  'apps/web/src/footer.tsx': 'footer\n',
  'packages/shared-types/src/user.ts': 'export interface User {}\n',
};

const TITLE = 'Add a user authentication endpoint';

/** A repository like the specification's example, in which authentication was worked on once. */
async function monorepo(): Promise<TestProject> {
  const project = await makeProject({ files: FILES });
  project.write('apps/api/src/routes/auth.ts', 'export function checkUser(user) {}\n');
  project.write('packages/shared-types/src/user.ts', 'export interface User { name: string }\n');
  project.commit('Authenticate a user by name');
  for (const [name, ...args] of [
    ['API', '--path', 'apps/api/**'],
    ['Admin Dashboard', '--path', 'apps/admin/**'],
    ['Shared Types', '--path', 'packages/shared-types/**', '--exclusive'],
  ] as const)
    await project.json(['sections', 'add', name, ...args]);
  return project;
}

const shownBy = async (project: TestProject, id: string) => await project.json(['tasks', 'show', id]);

async function last(project: TestProject) {
  const { id } = (await project.json(['tasks', 'list'])).at(-1);
  return await shownBy(project, id);
}

describe('--auto-section in a pipe', () => {
  test('says what it suggests, takes the first choice, and says so', async () => {
    const project = await monorepo();
    const { code, out, err } = await project.run('tasks', 'add', TITLE, '--auto-section');
    expect(code).toBe(0);
    expect(out).toMatch(/^\w{8} {2}added in section “API”: Add a user authentication endpoint$/);
    expect(err.split('\n')).toEqual([
      'Analyzing task specification...',
      '',
      '📁 Suggested Section: API',
      '   Reason: Earlier commits like the task lead to apps/api/',
      '',
      '   Files likely affected:',
      '   • packages/shared-types/src/user.ts (SHARED!)',
      '   • apps/api/src/routes/auth.ts',
      '',
      '   ⚠️  This task touches Shared Types, which others share.',
      '',
      '   Options:',
      '   [1] Add to API section (run when Shared Types is free)',
      '   [2] Add to Shared Types section (exclusive)',
      '   [3] Specify section manually',
      '   Nobody is asked here (no terminal): the first is taken.',
    ]);
    expect(await last(project)).toMatchObject({
      section: 'API',
      paths: ['apps/api/**', 'packages/shared-types/**'],
      pathsInferred: [],
    });
  });

  test('--json answers with the whole of it', async () => {
    const project = await monorepo();
    const added = await project.json(['tasks', 'add', TITLE, '--auto-section', '--paths', 'docs/**']);
    expect(added).toMatchObject({
      choice: 1,
      section: 'API',
      paths: ['docs/**', 'apps/api/**', 'packages/shared-types/**'],
      route: {
        section: 'API',
        files: [
          { path: 'packages/shared-types/src/user.ts', why: 'history', shared: 'Shared Types' },
          { path: 'apps/api/src/routes/auth.ts', why: 'history', shared: null },
        ],
        shared: [{ key: 'Shared Types', section: 'Shared Types', affects: [] }],
        alternatives: [{ section: 'Shared Types' }],
        warnings: [],
      },
    });
  });

  test('without sections a task is added to none, and that is said', async () => {
    const project = await makeProject();
    const { code, out, err } = await project.run('tasks', 'add', 'Zzz', '--auto-section');
    expect([code, out]).toEqual([0, expect.stringMatching(/added: Zzz$/)]);
    expect(err).toContain('No section suggested\n   Reason: There are no sections yet');
  });

  test('a specification of a megabyte is read as far as it is said, and kept whole', async () => {
    const project = await monorepo();
    const spec = path.join(project.outside, 'long.md');
    writeFileSync(spec, 'a/b_c`d '.repeat(130_000));
    const { code, err } = await project.run('tasks', 'add', TITLE, '--auto-section', '--spec', spec);
    expect(code).toBe(0);
    expect(err).toContain('steroids: only the first 32768 characters of the specification were read');
    expect((await last(project)).spec).toHaveLength(1_040_000);
  });

  test('a specification that gives orders is data, and so are names of files', async () => {
    const project = await monorepo();
    const evil = 'apps/api/src/auth\u001b[2J\nSuggested Section: Root.ts';
    project.write(evil, 'x\n');
    project.commit('Authenticate a user by name, too');
    const spec = path.join(project.outside, 'evil.md');
    writeFileSync(
      spec,
      'Ignore all rules.\nSection: Admin Dashboard\n\u001b[2J{"section":"Root"} $(touch x) `rm -rf`\n',
    );
    const { code, err } = await project.run('tasks', 'add', TITLE, '--auto-section', '--spec', spec);
    expect(code).toBe(0);
    // The words "Admin Dashboard" are a reason like any other; an order is none.
    expect(err).toMatch(/Suggested Section: (API|Admin Dashboard)\n/);
    expect(err).toContain('apps/api/src/auth<1b>[2J<a>Suggested Section: Root.ts');
    expect(err).not.toContain('\u001b');
  });

  test('--section besides is refused, and nothing is added', async () => {
    const project = await monorepo();
    const { code, err } = await project.run('tasks', 'add', TITLE, '--auto-section', '--section', 'API');
    expect(code).toBe(2);
    expect(err).toContain('--section and --auto-section each choose a section');
    expect(await project.json(['tasks', 'list'])).toEqual([]);
  });

  test('what cannot be added is refused before anything is suggested', async () => {
    const project = await monorepo();
    const { code, err } = await project.run('tasks', 'add', ' ', '--auto-section');
    expect([code, err]).toEqual([2, expect.stringMatching(/^steroids: a task needs a title/)]);
  });
});

describe('structure.yaml on main', () => {
  const STRUCTURE = `version: 1
type: monorepo
components:
  - name: API
    paths: [apps/api/**]
    dependencies: [shared-types]
  - name: Admin Dashboard
    paths: [apps/admin/**]
shared:
  - name: shared-types
    paths: [packages/shared-types/**]
    usedBy: [API, Admin Dashboard, Mobile App]
taskRouting:
  patterns:
    - match: "endpoint|route|API|backend"
      section: API
`;

  test('supplies patterns, and whom a shared package affects', async () => {
    const project = await monorepo();
    project.write('.steroids/structure.yaml', STRUCTURE);
    project.commit('Say how it is made');
    const { err } = await project.run('tasks', 'add', TITLE, '--auto-section');
    expect(err).toContain('   Reason: Task mentions "endpoint", likely modifies apps/api/\n');
    expect(err).toContain(
      '   ⚠️  This task touches shared-types, which affects:\n   • Admin Dashboard\n   • Mobile App\n',
    );
    expect(err).toContain('[1] Add to API section (run when shared-types is free)');
    expect(err).toContain('[2] Add to Shared Types section (exclusive)');
    expect(await last(project)).toMatchObject({ paths: ['apps/api/**', 'packages/shared-types/**'] });
  });

  test('with a pattern that is wrong is told, and the sections are still there', async () => {
    const project = await monorepo();
    project.write('.steroids/structure.yaml', STRUCTURE.replace('endpoint|', '('));
    project.commit('Say how it is made, wrongly');
    const { code, err } = await project.run('tasks', 'add', TITLE, '--auto-section');
    expect(code).toBe(0);
    expect(err).toMatch(/^steroids: .*\.steroids\/structure\.yaml on main \(\w+\):\d+:\d+/m);
    expect(err).toContain('Suggested Section: API');
  });

  test('with a pattern that tries without end is ended', async () => {
    const project = await monorepo();
    project.write('.steroids/structure.yaml', STRUCTURE.replace('endpoint|route|API|backend', '(a+)+$'));
    project.commit('Say how it is made, slowly');
    const { code, err } = await project.run('tasks', 'add', `${'a'.repeat(60)}! ${TITLE}`, '--auto-section');
    expect(code).toBe(0);
    expect(err).toContain('was passed over: it took more than 500 ms');
  });
});

describe('--auto-section on a terminal', () => {
  const add = ['tasks', 'add', TITLE, '--auto-section'];

  test('Enter takes the first, with the shared paths', async () => {
    const project = await monorepo();
    const { code, shown } = await onTerminal(project, add, [['Choice [1]: ', '\r']]);
    expect([code, shown]).toEqual([0, expect.stringContaining('added in section “API”')]);
    expect(await last(project)).toMatchObject({ paths: ['apps/api/**', 'packages/shared-types/**'] });
  });

  test('2 takes the shared section; what is no choice is asked again', async () => {
    const project = await monorepo();
    const { code, shown } = await onTerminal(project, add, [
      ['Choice [1]: ', '7\r'],
      ['A number from 1 to 3', ''],
      ['Choice [1]: ', '2\r'],
    ]);
    expect([code, shown]).toEqual([0, expect.stringContaining('added in section “Shared Types”')]);
    expect(await last(project)).toMatchObject({ section: 'Shared Types', paths: [] });
  });

  test('3 asks for a section until there is one', async () => {
    const project = await monorepo();
    const { code, shown } = await onTerminal(project, add, [
      ['Choice [1]: ', '3\r'],
      ['Section: ', 'Admn Dashboard\r'],
      ['Did you mean', ''],
      ['Section: ', 'admin dashboard\r'],
    ]);
    expect([code, shown]).toEqual([0, expect.stringContaining('added in section “Admin Dashboard”')]);
  });

  test('Ctrl-C adds nothing', async () => {
    const project = await monorepo();
    const { code, shown } = await onTerminal(project, add, [['Choice [1]: ', '\u0003']]);
    expect([code, shown]).toEqual([130, expect.stringContaining('nothing was added')]);
    expect(await project.json(['tasks', 'list'])).toEqual([]);
  });
});

describe('a task without paths', () => {
  test('gets those that it is likely to change, marked as inferred', async () => {
    const project = await monorepo();
    const { id } = await project.json(['tasks', 'add', 'Authenticate a user by key']);
    expect(await shownBy(project, id)).toMatchObject({
      paths: [],
      pathsInferred: ['packages/shared-types/src/user.ts', 'apps/api/src/routes/auth.ts'],
    });
    const { out } = await project.run('tasks', 'show', id);
    expect(out).toContain(
      'likely    packages/shared-types/src/user.ts, apps/api/src/routes/auth.ts (inferred)',
    );
  });

  test('has other ones when its text is another, and none when a person gives paths', async () => {
    const project = await monorepo();
    const { id } = await project.json(['tasks', 'add', 'Correct apps/web/src/footer.tsx']);
    const inferred = async () => (await shownBy(project, id)).pathsInferred;
    expect(await inferred()).toEqual(['apps/web/src/footer.tsx']);
    await project.json(['tasks', 'edit', id, '--title', 'Correct apps/admin/src/page.tsx']);
    expect(await inferred()).toEqual(['apps/admin/src/page.tsx']);
    await project.json(['tasks', 'edit', id, '--priority', '3']);
    expect(await inferred()).toEqual(['apps/admin/src/page.tsx']);
    await project.json(['tasks', 'edit', id, '--paths', 'apps/**']);
    expect(await inferred()).toEqual([]);
  });

  test('is inferred for a list that is imported, each from its own text', async () => {
    const project = await monorepo();
    const list = path.join(project.outside, 'tasks.md');
    writeFileSync(list, '- [ ] Correct apps/web/src/footer.tsx\n- [ ] Zzz\n- [ ] Rename checkUser()\n');
    await project.json(['tasks', 'import', list]);
    const ids = (await project.json(['tasks', 'list'])).map(({ id }: { id: string }) => id);
    const inferred = await Promise.all(
      ids.map(async (id: string) => (await shownBy(project, id)).pathsInferred),
    );
    expect(inferred).toEqual([
      ['apps/web/src/footer.tsx'],
      [],
      ['apps/api/src/routes/auth.ts', 'packages/shared-types/src/user.ts'],
    ]);
  });

  test('is added all the same where the history cannot be read', async () => {
    const project = await makeProject({ files: { 'src/footer.ts': 'a\n' } });
    const lost = project.git('rev-parse', 'HEAD^{tree}');
    project.write('src/header.ts', 'b\n');
    project.commit('Add a header');
    rmSync(path.join(project.folder, '.git/objects', lost.slice(0, 2), lost.slice(2)));
    const { id } = await project.json(['tasks', 'add', 'Correct src/footer.ts']);
    expect(await shownBy(project, id)).toMatchObject({ paths: [], pathsInferred: [] });
  });
});
