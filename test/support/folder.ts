import { mkdtempSync, realpathSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** An empty folder that goes when the test run ends (`testRun.ts`); links in its path are resolved. */
export function temporaryFolder(prefix = 'steroids-test-'): string {
  return realpathSync(mkdtempSync(path.join(process.env.STEROIDS_TEST_RUN ?? os.tmpdir(), prefix)));
}
