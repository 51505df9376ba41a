// A project for a test, which goes when the test run ends.

import { temporaryFolder } from './folder.ts';
import { makeProjectIn, type ProjectOptions, type TestProject } from './projectAt.ts';

export * from './projectAt.ts';

export async function makeProject(options: ProjectOptions = {}): Promise<TestProject> {
  return await makeProjectIn(temporaryFolder('steroids test-'), options);
}
