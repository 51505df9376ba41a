// `tasks add --auto-section` where nobody has written a structure.yaml.

import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { makeProject } from '../support/project.ts';

const json = (value: object) => `${JSON.stringify(value)}\n`;

test('what a task touches that is shared, and whom it affects, is what discovery finds in main', async () => {
  const project = await makeProject({
    config: { runners: { isolation: 'directory' } },
    files: {
      'package.json': json({ name: 'shop', private: true, workspaces: ['apps/*', 'packages/*'] }),
      'apps/api/package.json': json({ name: 'api', dependencies: { types: '*' } }),
      'apps/api/auth.ts': 'export {};\n',
      'apps/web/package.json': json({ name: 'web', dependencies: { types: '*' } }),
      'packages/types/package.json': json({ name: 'types' }),
      'packages/types/user.ts': 'export {};\n',
    },
  });
  await project.json(['sections', 'add', 'API', '--path', 'apps/api/**']);
  const title = 'Change apps/api/auth.ts and packages/types/user.ts';
  const { err } = await project.run('tasks', 'add', title, '--auto-section');
  expect(err).toContain('📁 Suggested Section: API\n');
  expect(err).toContain('   • packages/types/user.ts (SHARED!)\n');
  expect(err).toContain('   ⚠️  This task touches types, which affects:\n   • Web\n');
  expect(err).toContain('[1] Add to API section (run when types is free)');
  const { id } = (await project.json(['tasks', 'list'])).at(-1);
  expect(await project.json(['tasks', 'show', id])).toMatchObject({
    section: 'API',
    paths: ['apps/api/**', 'packages/types/**'],
  });
  expect(existsSync(path.join(project.folder, '.git', 'steroids', 'structure.json'))).toBe(true);
});
