// Setting up, looking around, taking away: and a clear sentence for whatever is wrong.

import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { leftovers, makeProject, NOTHING_LEFT, projectAt, type TestProject } from '../support/project.ts';

const write = (file: string, text: string) => `printf '%s\\n' '${text}' > ${file}\n`;

test('init sets up once, also from a subfolder and a linked worktree, and changes nothing after', async () => {
  const project = await makeProject({ init: false, name: 'with spaces', files: { 'sub/file.txt': 'x\n' } });
  const missing = await project.run('status');
  expect(missing).toMatchObject({ code: 2 });
  expect(missing.err).toContain('steroids init');
  const first = await runIn(project, path.join(project.folder, 'sub'), 'init');
  expect(first.code).toBe(0);
  expect(existsSync(path.join(project.folder, '.steroids/config.yaml'))).toBe(true);
  await project.json(['tasks', 'add', 'Something']);
  const notYet = await project.run('run');
  expect(notYet).toMatchObject({ code: 2 });
  expect(notYet.err).toContain('steroids init --commit');
  expect((await project.json(['init', '--commit'])).did).toHaveLength(1);
  expect(project.git('show', '--stat', '--format=%s', 'HEAD')).toContain('.steroids/config.yaml');
  expect((await project.json(['init', '--commit'])).did).toEqual([]);
  project.git('worktree', 'add', '--quiet', '-b', 'side', path.join(project.folder, '..', 'side'));
  expect(
    JSON.parse((await runIn(project, path.join(project.folder, '..', 'side'), 'init', '--json')).out).did,
  ).toEqual([]);
  expect(await runIn(project, path.join(project.folder, '..', 'side'), 'tasks', 'list')).toMatchObject({
    code: 0,
  });
});

test('a configuration that came with the clone says which branch things land on', async () => {
  const project = await makeProject({ init: false });
  project.git('switch', '--quiet', '--create', 'trunk');
  project.write(
    '.steroids/config.yaml',
    'version: 1\nmain: trunk\ncoders: { default: { command: "true" } }\n',
  );
  project.commit('Set up');
  project.git('branch', '--quiet', 'main', '--force', 'trunk');
  expect(await project.json(['init'])).toMatchObject({ main: 'trunk' });
  expect(await project.json(['init', '--main', 'main'])).toMatchObject({ main: 'main' });
  const ran = await project.run('run');
  expect(ran).toMatchObject({ code: 2 });
  expect(ran.err).toContain('says main: trunk, and this repository was set up to land on "main"');
  expect(ran.err).toContain('steroids init --main trunk');
});

test('config show names the source of each value', async () => {
  const project = await makeProject({ config: { merge: { verify: ['npm test'] } } });
  const shown = await project.json(['config', 'show']);
  const value = (key: string) => shown.values.find((one: { key: string }) => one.key === key);
  expect(value('merge.verify')).toMatchObject({ value: ['npm test'], source: '.steroids/config.yaml' });
  expect(value('limits.attempts')).toMatchObject({ value: 3, source: 'default' });
  expect(shown.differsHere).toBe(false);
  project.write('.steroids/config.yaml', 'version: 1\nlimits: { attempts: 9 }\n');
  expect((await project.json(['config', 'show'])).differsHere).toBe(true);
});

test('uninstall shows what is not on main, and takes everything else away', async () => {
  const project = await makeProject({ config: { reviewer: 'human', worktrees: { keep: true } } });
  const landed = await project.task('landed', write('a.txt', 'a'));
  const open = await project.task('open', write('b.txt', 'b'));
  await project.run('run', '--runners', '2');
  await project.run('review', 'approve', landed);
  await project.run('merge', 'run');
  expect(await project.run('uninstall')).toMatchObject({ code: 2 });
  const survey = await project.json(['uninstall', '--dry-run']);
  expect(survey.openTasks).toBe(1);
  const branch = survey.branches.find((one: { onMain: boolean }) => !one.onMain);
  expect(branch.name).toContain(open);
  const done = await project.json(['uninstall', '--yes']);
  expect(done.branchesLeft).toEqual([branch.name]);
  expect(existsSync(path.join(project.folder, '.git/steroids'))).toBe(false);
  expect(existsSync(`${project.folder}.steroids`)).toBe(false);
  expect(project.git('for-each-ref', 'refs/steroids')).toBe('');
  expect(leftovers(project)).toEqual({ ...NOTHING_LEFT, branches: [branch.name] });
});

test('a checklist and a YAML list become tasks, all or none', async () => {
  const project = await makeProject();
  await project.json(['sections', 'add', 'Web']);
  project.write(
    'TODO.md',
    '# Plan\n\n- [ ] First\n  with a line\n\n  - a detail\n- [x] Done\n\n## Web\n\n* [ ] Second `code`\n',
  );
  const imported = await project.json(['tasks', 'import', 'TODO.md']);
  expect(imported.map((task: { title: string }) => task.title)).toEqual(['First', 'Second `code`']);
  const first = await project.json(['tasks', 'show', imported[0].id]);
  expect(first).toMatchObject({ section: null, spec: 'with a line\n\n- a detail' });
  expect(await project.json(['tasks', 'show', imported[1].id])).toMatchObject({ section: 'Web' });
  project.write(
    'plan.yaml',
    'tasks:\n  - Just a title\n  - { key: b, title: Base, priority: 2 }\n  - { title: Top, after: b, section: Web, paths: ["src/**"] }\n',
  );
  const [, base, top] = await project.json(['tasks', 'import', 'plan.yaml']);
  expect(await project.json(['tasks', 'show', top.id])).toMatchObject({
    after: [base.id],
    paths: ['src/**'],
    section: 'Web',
  });
  const before = (await project.json(['tasks', 'list'])).length;
  project.write('bad.yaml', '- title: Good\n- { title: Bad, after: nobody }\n');
  expect(await project.run('tasks', 'import', 'bad.yaml')).toMatchObject({ code: 2 });
  project.write('worse.yaml', '- title: Good\n- titel: Bad\n');
  const worse = await project.run('tasks', 'import', 'worse.yaml');
  expect(worse.code).toBe(2);
  expect(worse.err).toContain('worse.yaml:2:3');
  expect(await project.json(['tasks', 'list'])).toHaveLength(before);
});

test('every answer of --json is one document on stdout, errors too', async () => {
  const project = await makeProject({ config: { reviewer: 'human' } });
  const id = await project.task('work', write('a.txt', 'a'));
  await project.run('run');
  const commands = [
    ['status'],
    ['tasks', 'list'],
    ['tasks', 'show', id],
    ['tasks', 'explain', id],
    ['tasks', 'diff', id],
    ['sections', 'list'],
    ['runners', 'list', '--all'],
    ['runners', 'logs', '1'],
    ['review', 'list'],
    ['review', 'show', id],
    ['merge', 'list', '--all'],
    ['archive', 'list'],
    ['archive', 'show', 'nope'],
    ['gc', '--dry-run'],
    ['config', 'show'],
    ['tasks', 'show', 'nope'],
    ['tasks', 'lst'],
  ];
  for (const words of commands) {
    const ran = await project.run(...words, '--json');
    expect(ran.out.split('\n').filter(Boolean), words.join(' ')).toHaveLength(1);
    JSON.parse(ran.out);
  }
  const list = await project.json(['tasks', 'list']);
  expect(Object.keys(list[0])).toEqual(
    expect.arrayContaining([
      'id',
      'title',
      'status',
      'section',
      'attempt',
      'branch',
      'baseCommit',
      'latestCommit',
      'landedCommit',
    ]),
  );
  const shown = await project.json(['tasks', 'show', id]);
  expect(shown.createdAt).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  expect(shown.commits).toHaveLength(1);
  expect(shown.events.length).toBeGreaterThan(2);
});

interface Wrong {
  readonly name: string;
  readonly words: readonly string[];
  readonly says: string | RegExp;
  readonly code?: number;
  readonly prepare?: (project: TestProject) => unknown;
  readonly in?: (project: TestProject) => string;
}

const store = (project: TestProject) => path.join(project.folder, '.git/steroids/steroids.db');

const WRONG: readonly Wrong[] = [
  {
    name: 'not a repository',
    words: ['status'],
    says: /not inside a git repository/,
    in: (project) => project.outside,
  },
  {
    name: 'no commits',
    words: ['init'],
    says: /no commits yet/,
    prepare: (project) => {
      mkdirSync(path.join(project.outside, 'empty'));
      project.git('init', '--quiet', path.join(project.outside, 'empty'));
    },
    in: (project) => path.join(project.outside, 'empty'),
  },
  {
    name: 'detached HEAD',
    words: ['init'],
    says: /HEAD is detached/,
    prepare: (project) => {
      project.git(
        'clone',
        '--quiet',
        '--branch',
        'main',
        project.folder,
        path.join(project.outside, 'clone'),
      );
      project.git('-C', path.join(project.outside, 'clone'), 'checkout', '--quiet', '--detach');
    },
    in: (project) => path.join(project.outside, 'clone'),
  },
  {
    name: 'unknown section',
    words: ['tasks', 'add', 'x', '--section', 'Wb'],
    says: /no section "Wb"[\s\S]*Did you mean "Web"/,
  },
  { name: 'unknown id', words: ['tasks', 'show', 'zzzz'], says: /no task "zzzz"/ },
  { name: 'empty title', words: ['tasks', 'add', '  '], says: /needs a title/ },
  {
    name: 'unknown coder',
    words: ['tasks', 'add', 'x', '--coder', 'gpt'],
    says: /no coder "gpt"[\s\S]*default/,
  },
  {
    name: 'a spec that is not there',
    words: ['tasks', 'add', 'x', '--spec', 'no.md'],
    says: /there is no file \S.*no\.md\n.*- for standard input/,
  },
  {
    name: 'a rejection without a reason',
    words: ['review', 'reject', 'zzzz'],
    says: /steroids review reject needs --reason\n/,
  },
  {
    name: 'a status that is none',
    words: ['tasks', 'list', '--status', 'done'],
    says: /--status takes one of [\s\S]*"completed"[\s\S]*, not "done"/,
  },
  {
    name: 'a priority that is no number',
    words: ['tasks', 'add', 'x', '--priority', 'high'],
    says: /--priority takes a number/,
  },
  {
    name: 'a typo in a command',
    words: ['tasks', 'ad', 'x'],
    says: /no command "steroids tasks ad"[\s\S]*Did you mean "add"/,
  },
  {
    name: 'a typo in an option',
    words: ['run', '--runer', '2'],
    says: /no option --runer[\s\S]*"--runners"/,
  },
  { name: 'no runners', words: ['run', '--runners', '0'], says: /from 1 to 100/ },
  {
    name: 'invalid YAML',
    words: ['run'],
    says: /config\.yaml on main \([0-9a-f]+\):3:1: Flow sequence/,
    prepare: (project) => {
      project.write('.steroids/config.yaml', 'version: 1\ncoders: [oops\n');
      project.commit('Break it');
    },
  },
  {
    name: 'an unknown setting',
    words: ['run'],
    says: /:3:3: merge has no setting "verfy"/,
    prepare: (project) => {
      project.write('.steroids/config.yaml', 'version: 1\nmerge:\n  verfy: []\n');
      project.commit('Break it');
    },
  },
  {
    name: 'a coder command that does not exist',
    words: ['run'],
    says: /coders\.default[\s\S]*no-such-program was not found on PATH/,
    prepare: (project) => {
      project.write(
        '.steroids/config.yaml',
        'version: 1\ncoders: { default: { command: [no-such-program] } }\n',
      );
      project.commit('Break it');
    },
  },
  {
    name: 'a newer database',
    words: ['tasks', 'list'],
    says: /newer steroids/,
    prepare: (project) => {
      const database = new Database(store(project));
      database.pragma('user_version = 999');
      database.close();
    },
  },
  {
    name: 'a database that is none',
    words: ['tasks', 'list'],
    says: /cannot be read as a database/,
    code: 5,
    prepare: (project) => {
      writeFileSync(
        store(project),
        'this is no database, and long enough to be looked at as one by its first page\n'.repeat(20),
      );
    },
  },
  {
    name: 'a main branch that was renamed',
    words: ['run'],
    says: /branch "main"[\s\S]*init --main/,
    prepare: (project) => project.git('branch', '--move', 'main', 'trunk'),
  },
  {
    name: 'a branch named runner-1',
    words: ['run'],
    says: /branch "runner-1" makes branches like/,
    prepare: (project) => project.git('branch', 'runner-1'),
  },
  {
    name: 'a parent folder that cannot be written',
    words: ['run'],
    says: /cannot be put at/,
    prepare: (project) => {
      project.write(
        '.steroids/config.yaml',
        'version: 1\ncoder: d\ncoders: { d: { command: "true" } }\nworktrees: { root: ../file/trees }\n',
      );
      project.commit('Elsewhere');
      writeFileSync(path.join(project.folder, '../file'), '');
    },
  },
  {
    name: 'a repository that was moved',
    words: ['tasks', 'list'],
    says: /was at [\s\S]* when steroids was set up[\s\S]*steroids init/,
    prepare: (project) => renameSync(project.folder, path.join(project.outside, 'moved')),
    in: (project) => path.join(project.outside, 'moved'),
  },
];

test.each(WRONG)('bad input: $name', async ({ words, says, code, prepare, in: where }) => {
  const project = await makeProject();
  await project.json(['sections', 'add', 'Web']);
  prepare?.(project);
  const ran = await runIn(project, where?.(project) ?? project.folder, ...words);
  expect(`${ran.err}`).toMatch(says);
  expect(ran.code).toBe(code ?? 2);
  expect(ran.out).toBe('');
});

test('an ambiguous prefix names what it could mean, and a circle of --after is refused', async () => {
  const project = await makeProject();
  const ids: string[] = [];
  // Ids begin with one of 23 letters: among 24 tasks two share theirs.
  for (let number = 0; number < 24; number++)
    ids.push((await project.json(['tasks', 'add', `Task ${number}`])).id);
  const letter = ids.map((id) => id.charAt(0)).find((first, index, all) => all.indexOf(first) !== index);
  const ran = await project.run('tasks', 'show', String(letter));
  expect(ran).toMatchObject({ code: 2, err: expect.stringContaining('more than one') });
  const [one = '', two = ''] = ids;
  await project.json(['tasks', 'edit', two, '--after', one]);
  const circle = await project.run('tasks', 'edit', one, '--after', two);
  expect(circle).toMatchObject({ code: 2, err: expect.stringContaining('circle') });
  expect((await project.json(['tasks', 'show', one])).after).toEqual([]);
});

test('--also-after adds to what a task comes after, where --after says all of it', async () => {
  const project = await makeProject();
  const [one = '', two = '', three = ''] = await Promise.all(
    ['One', 'Two', 'Three'].map(async (title) => (await project.json(['tasks', 'add', title])).id),
  );
  const after = async () => (await project.json(['tasks', 'show', three])).after.toSorted();
  await project.json(['tasks', 'edit', three, '--after', one]);
  const said = await project.run('tasks', 'edit', three, '--also-after', two, one);
  expect(said).toMatchObject({ code: 0, out: expect.stringContaining('after changed') });
  expect(await after()).toEqual([one, two].toSorted());
  await project.json(['tasks', 'edit', three, '--after', '', '--also-after', two]);
  expect(await after()).toEqual([two]);
  const nobody = await project.run('tasks', 'edit', three, '--also-after', '');
  expect(nobody).toMatchObject({ code: 2, err: expect.stringContaining('there is no task ""') });
  const circle = await project.run('tasks', 'edit', two, '--also-after', three);
  expect(circle).toMatchObject({
    code: 2,
    err: expect.stringContaining(
      `${two} after ${three} would go round in a circle: ${two} after ${three} after ${two}`,
    ),
  });
  const wrong = await project.run('tasks', 'edit', three, '--alsoafter', two);
  expect(wrong).toMatchObject({ code: 2, err: expect.stringContaining('--also-after') });
  expect(await after()).toEqual([two]);
});

test('a moved repository is taken over by init and goes on', async () => {
  const project = await makeProject();
  const id = await project.task('work', write('a.txt', 'a'));
  const moved = path.join(project.outside, 'moved');
  renameSync(project.folder, moved);
  expect(await runIn(project, moved, 'init')).toMatchObject({ code: 0 });
  expect(await runIn(project, moved, 'run')).toMatchObject({ code: 0 });
  expect(JSON.parse((await runIn(project, moved, 'tasks', 'show', id, '--json')).out).status).toBe(
    'completed',
  );
});

test('a coder without a git identity gets one, and it is said', async () => {
  const project = await makeProject();
  await project.task('work', `git config user.name >> "$OUTSIDE/who"; ${write('a.txt', 'a')}`);
  writeFileSync(path.join(project.outside, 'gitconfig'), '');
  const ran = await project.run('run');
  expect(ran.code).toBe(0);
  expect(ran.err).toContain('no user.name and user.email');
  expect(project.git('log', '-1', '--format=%an <%ae>')).toMatch(/coder default/);
});

function runIn(project: TestProject, folder: string, ...words: string[]) {
  return projectAt(folder, project.outside, project.environment).run(...words);
}
