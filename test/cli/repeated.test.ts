// An option that is said more than once.

import { expect, test } from 'vitest';
import { makeProject } from '../support/project.ts';

test('lists add up; of anything else, what is said last counts', async () => {
  const project = await makeProject();
  const words = ['--paths', 'a', '--paths', 'b', 'c', '--priority', '1', '--priority', '2'];
  const first = await project.json(['tasks', 'add', 'First', ...words]);
  const second = await project.json(['tasks', 'add', 'Second']);
  const after = ['--after', first.id, '--after', second.id, '--spec', 'nowhere', '--spec', '-'];
  const third = await project.json(['tasks', 'add', 'Third', ...after]);
  expect(await project.json(['tasks', 'show', first.id])).toMatchObject({
    paths: ['a', 'b', 'c'],
    priority: 2,
  });
  expect((await project.json(['tasks', 'show', third.id])).after).toEqual([first.id, second.id]);
  const listed = await project.json(['tasks', 'list', '--status', 'pending', '--status', 'completed']);
  expect(listed).toHaveLength(3);
});

test('also where it is wrong, it is said', async () => {
  const project = await makeProject();
  for (const words of [
    ['--priority', '1', '--priority', 'high'],
    ['--priority', 'high', '--priority', '1'],
  ])
    expect(await project.run('tasks', 'add', 'First', ...words)).toMatchObject({
      code: 2,
      err: expect.stringContaining('--priority takes a number'),
    });
});
