// What tests leave behind goes at once, at the end. Deleted after each test it made the files of the next ones dear: on
// some file systems a file made soon after many deletions costs many times as much.

import { chmodSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export function setup(): () => void {
  const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'steroids-tests-')));
  chmodSync(folder, 0o755); // for tests that run as somebody else
  process.env.STEROIDS_TEST_RUN = folder;
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
