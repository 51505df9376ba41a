// Names and kinds of files that programs trip over: they land, they conflict, and they are archived, byte for byte.

import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Hostile, playAll, type Scene } from '../support/hostile.ts';
import { makeProject, type TestProject } from '../support/project.ts';
import { sample } from '../support/sample.ts';

const ODD = [
  'with space.txt',
  'quo"te\'s.txt',
  'new\nline.txt',
  'sub dir/ä\n/x',
  'tab\t.txt',
  'back\\slash.txt',
  '-dash.txt',
  ':(glob)x.txt',
  '日本.txt',
  ' leading',
  'trailing ',
  '*.star',
  '#hash',
  '$(touch pwned)',
  '%s%n',
  'e\u0301', // é in its two forms: two files
  '\u00e9',
].map((name) => Buffer.from(name).toString('latin1'));
/** No UTF-8. One char a byte, as all names here. */
const LATIN1 = ['caf\xe9.txt', 'dir\xff/x\xfe'];
/** Nobody else has a file of that name, so it is new where the conflict is laid out. */
const OWN = ['\xf6wn.txt'];
const NAMES = [...ODD, ...LATIN1];

/** Lays odd files out for a coder to take. @returns what the coder does to take them */
function prepare(
  { outside }: Pick<TestProject, 'outside'>,
  name: string,
  text: string,
  names = NAMES,
): string {
  for (const file of names) {
    const place = Buffer.concat([Buffer.from(path.join(outside, name, '/')), Buffer.from(file, 'latin1')]);
    mkdirSync(place.subarray(0, place.lastIndexOf(47)), { recursive: true });
    writeFileSync(place, text);
  }
  return take(name);
}

const take = (name: string) => `cp -R "$OUTSIDE/${name}/." .\n`;

const arrange = ({ project }: Scene) => {
  for (const name of ['left', 'right', 'both']) prepare(project, `odd ${name}`, `${name}\n`);
  prepare(project, 'odd own', 'own\n', OWN);
};

const ours = { commit: () => '', subjects: ['left', 'right'] } as const;

const MATRIX: Record<string, Hostile> = {
  'odd names, committed by the coder': { arrange, left: take('odd left'), paths: NAMES },
  'odd names in a conflict, committed for the coder': {
    ...ours,
    arrange,
    left: take('odd left'),
    right: take('odd right') + take('odd own'),
    solve: `grep -q '^<<<<<<< ' shared.txt && grep -q '^<<<<<<< ' caf*.txt && grep -q '^<<<<<<< ' new*.txt || exit 7
${take('odd both')}echo left and right > shared.txt\n`,
    paths: [...NAMES, ...OWN],
    contents: Object.fromEntries(NAMES.map((name) => [name, 'both'])),
  },
  // Files of their own each: what one of these does wrong, the tree and the user's checkout show by its name.
  'symbolic links, files that become folders, a rename of case only, a pointer of LFS': {
    ...ours,
    project: {
      files: {
        thing: 'file\n',
        'folder/x': 'x\n',
        'Readme.Case': 'c\n',
        'a.bin': 'pointer 1\n',
        '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n',
      },
    },
    left: `ln -s shared.txt link; ln -s /nowhere dangling; ln -s . loop; ln -sf notes.txt README.md
rm thing; mkdir thing; echo x > thing/x; rm -r folder; echo f > folder
mv Readme.Case README.case; echo pointer 2 > a.bin`,
    paths: ['link', 'dangling', 'loop', 'thing/x', 'folder', 'README.case', 'a.bin', '.gitattributes'],
    contents: { link: 'shared.txt', 'README.md': 'notes.txt', 'a.bin': 'pointer 2' },
  },
  'line ends, keywords and encodings by attribute': {
    project: {
      files: { '.gitattributes': '* text=auto eol=crlf\n*.id ident\n*.u16 working-tree-encoding=UTF-16\n' },
    },
    left: "echo '$Id$' > a.id; printf 'a\\r\\n' | iconv -t UTF-16 > a.u16",
    paths: ['a.id', 'a.u16', '.gitattributes'],
    contents: { 'a.u16': 'a' },
  },
};

test.each(sample(Object.entries(MATRIX), 2))('%s', async (_, hostile) => {
  await playAll(hostile);
});

describe('names that are no UTF-8', () => {
  test('markers left in such a file are found', async () => {
    const project = await makeProject({ config: { limits: { conflicts: 2 } } });
    const [file] = LATIN1 as [string];
    const first = prepare(project, 'one', 'one\n', [file]);
    await project.task('first', `${first}until [ -e "$OUTSIDE/begun" ]; do sleep 0.02; done\n`);
    const second = await project.task(
      'second',
      `: > "$OUTSIDE/begun"; until [ "$(git rev-parse main)" != "$STEROIDS_BASE_COMMIT" ]; do sleep 0.02; done
${prepare(project, 'two', 'two\n', [file])}`,
      { attempts: { 2: 'echo 2 > other.txt\n', 3: 'echo 3 > other.txt\n' } },
    );
    expect(await project.run('run', '--runners', '2')).toMatchObject({ code: 3 });
    const shown = await project.json(['tasks', 'show', second]);
    expect(shown.reason).toContain('conflict markers are left in caf');
  });

  test('what a failed coder leaves of them is archived, and the next task gets none of it', async () => {
    const project = await makeProject({
      config: { limits: { failures: 1 } },
      files: { '.gitignore': '*.ignored\n' },
    });
    const files = [...NAMES, 'caf\xe9.ignored'];
    const bad = await project.task('bad', `${prepare(project, 'odd', 'x\n', files)}exit 1\n`, {
      args: ['--priority', '1'],
    });
    await project.task('good', 'ls -A > "$OUTSIDE/seen"; echo x > x.txt\n');
    await project.run('run', '--runners', '1');
    const [archived] = project
      .git('for-each-ref', '--format=%(refname)', `refs/steroids/archive/${bad}`)
      .split('\n');
    const quoted = project.git('-c', 'core.quotePath=true', 'ls-tree', '-r', '--name-only', `${archived}`);
    expect(quoted).toContain('"caf\\351.txt"');
    expect(quoted.split('\n')).toHaveLength(NAMES.length + 3);
    expect(project.read('../outside/seen').split('\n').filter(Boolean)).toEqual([
      '.git',
      '.gitignore',
      '.steroids',
      'README.md',
    ]);
  });
});
