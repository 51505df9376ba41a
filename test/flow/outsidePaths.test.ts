// Globs that no file of the repository can match.

import { expect, test } from 'vitest';
import { makeProject } from '../support/project.ts';

test('paths that lead out of the repository are refused, and nothing is changed', async () => {
  const project = await makeProject();
  const id = await project.task('one', 'true\n', { args: ['--paths', './api/**'] });
  await project.json(['sections', 'add', 'API', '--path', 'api/**']);
  for (const glob of ['/api/**', '../other', 'api/../../x'])
    for (const words of [
      ['tasks', 'add', 'two', '--paths'],
      ['tasks', 'edit', id, '--paths'],
      ['sections', 'add', 'Web', '--path'],
      ['sections', 'edit', 'API', '--path'],
    ]) {
      const option = words.at(-1);
      const said = `${option} takes globs from the top of the repository, not "${glob}"`;
      expect(await project.run(...words, glob), words.join(' ')).toMatchObject({
        code: 2,
        err: expect.stringContaining(said),
      });
    }
  expect(await project.json(['tasks', 'list'])).toHaveLength(1);
  expect(await project.json(['sections', 'list'])).toHaveLength(1);
});

test('what a coder proposes is accepted without them', async () => {
  const project = await makeProject();
  const answer = {
    outcome: 'done',
    followUps: [{ title: 'Tidy up', spec: '', paths: ['/etc/**', 'api/**'] }],
  };
  await project.task('one', `echo x > x.txt; echo '${JSON.stringify(answer)}' > "$STEROIDS_ANSWER"\n`);
  await project.run('run');
  const [letter] = await project.json(['inbox']);
  const accept = letter.answers.find((line: string) => line.includes('accept')).split(' ');
  const { id } = await project.json(accept.slice(1));
  expect(await project.json(['tasks', 'show', id])).toMatchObject({ paths: ['api/**'] });
});
