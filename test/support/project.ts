// A project for a test, which goes when the test ends.

import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { makeProjectIn, type ProjectOptions, type TestProject } from './projectAt.ts';

export * from './projectAt.ts';

export async function makeProject(options: ProjectOptions = {}): Promise<TestProject> {
  const base = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'steroids test-')));
  onTestFinished(() => rmSync(base, { recursive: true, force: true, maxRetries: 5 }));
  return await makeProjectIn(base, options);
}
