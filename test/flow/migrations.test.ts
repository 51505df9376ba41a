// Migrations that were written side by side, with the real command line.

import { expect, test } from 'vitest';
import { makeProject, type TestProject } from '../support/project.ts';

const add = (file: string) => `mkdir -p db/migrations && echo 'select 1;' > db/migrations/${file}\n`;
const MINE = 'db/migrations/0002_mine.sql';

const byPerson = () =>
  makeProject({ config: { reviewer: 'human' }, files: { 'db/migrations/0001_first.sql': 'select 1;\n' } });

function gain(project: TestProject, file: string): void {
  project.write(`db/migrations/${file}`, 'select 2;\n');
  project.commit(`Add ${file}`);
}

test('of the same number: the second goes back, is told why, and lands under another one', {
  timeout: 120_000,
}, async () => {
  const project = await byPerson();
  const id = await project.task('two', add('0002_mine.sql'), {
    // The first answer is none: the number is still taken.
    attempts: {
      2: 'echo x > other.txt\n',
      3: 'git mv db/migrations/0002_mine.sql db/migrations/0003_mine.sql\n',
    },
  });
  await project.run('run');
  await project.json(['review', 'approve', id]);
  gain(project, '2_theirs.sql');
  const main = project.git('rev-parse', 'main');
  await project.run('merge', 'run');
  const back = await project.json(['tasks', 'show', id]);
  const reason = `${MINE} has number 2, as db/migrations/2_theirs.sql has`;
  expect(back).toMatchObject({ status: 'pending', attempts: [{ outcome: 'conflicted' }] });
  expect(back.attempts[0].feedback.text).toContain(reason);
  expect(project.git('rev-parse', 'main')).toBe(main);
  await project.run('run');
  await project.run('run');
  const brief = project.read(`../outside/${id}.2.brief`);
  expect(brief).toContain(`Give ${MINE} a number after the last one on main`);
  const again = await project.json(['tasks', 'show', id]);
  expect(again.attempts[1]).toMatchObject({ outcome: 'conflicted' });
  expect(again).toMatchObject({ status: 'review', attempt: 3 });
  await project.json(['review', 'approve', id]);
  await project.json(['merge', 'run']);
  expect(project.git('ls-tree', '--name-only', 'main', 'db/migrations/').split('\n')).toEqual([
    'db/migrations/0001_first.sql',
    'db/migrations/0003_mine.sql',
    'db/migrations/2_theirs.sql',
  ]);
});

test('of other numbers: whoever judges is told of them', async () => {
  const project = await byPerson();
  const id = await project.task('two', add('0002_mine.sql'));
  await project.run('run');
  const before = await project.run('review', 'show', id, '--dossier');
  expect(before.out).not.toContain('other migrations were added');
  gain(project, '0003_theirs.sql');
  const dossier = await project.run('review', 'show', id, '--dossier');
  expect(dossier.out).toContain('other migrations were added on main: db/migrations/0003_theirs.sql.');
});
