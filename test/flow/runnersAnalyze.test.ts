// `runners analyze` in a real repository, with the static analyst alone.

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { readConflictAnalysis } from '../../src/analysis/conflictAnalysis.ts';
import { makeProject, type TestProject } from '../support/project.ts';

const FILES = {
  'apps/api/src/middleware/auth.ts': 'export function checkUser() {}\n',
  'apps/api/src/routes/orders.ts': 'orders\n',
  'apps/mobile/src/login.ts': 'login\n',
  'apps/mobile/src/orders.ts': 'orders\n',
  'apps/web/src/login.tsx': 'login\n',
  'apps/web/src/footer.tsx': 'footer\n',
  'packages/shared/types/user.ts': 'export interface User {}\n',
};

/** As in the specification's session: Web and API meet in two files, Mobile meets nobody. */
async function threeSections(): Promise<TestProject> {
  const project = await makeProject({ files: FILES });
  for (const [name, folder] of [
    ['API', 'api'],
    ['Mobile', 'mobile'],
    ['Web', 'web'],
  ])
    await project.json(['sections', 'add', name ?? '', '--path', `apps/${folder}/**`]);
  return project;
}

const add = async (project: TestProject, title: string, ...args: string[]): Promise<string> =>
  (await project.json(['tasks', 'add', title, ...args])).id;

async function specTasks(project: TestProject) {
  const api = await add(
    project,
    'Rework apps/api/src/middleware/auth.ts and packages/shared/types/user.ts',
    '--section',
    'API',
  );
  const mobile = await add(project, 'Polish apps/mobile/src/orders.ts', '--section', 'Mobile');
  const web = await add(
    project,
    'Log in by packages/shared/types/user.ts and apps/api/src/middleware/auth.ts',
    '--section',
    'Web',
  );
  return { api, mobile, web };
}

describe('steroids runners analyze', () => {
  test('reads like the session of the specification', async () => {
    const project = await threeSections();
    const { api, mobile, web } = await specTasks(project);
    const { code, out, err } = await project.run('runners', 'analyze', '--sections', 'API,Mobile,Web');
    console.log(out, err, api, mobile, web);
    expect(code).toBe(0);
  });
});
