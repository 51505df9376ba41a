// A second runner starts, and what speaks against it is no matter of files.

import { expect, test } from 'vitest';
import { besides } from '../support/beside.ts';

test('builds and timing are told, and never called no conflict', { timeout: 120_000 }, async () => {
  const { project, ids } = await besides({
    'Serve on port 4000': ['API', 'api/serve.ts'],
    'Preview on port 4000': ['Mobile', 'mobile/home.ts'],
    'Document it': ['Docs', 'docs/readme.md'],
  });
  await project.json(['runners', 'start', '--section', 'API', '--detach']);
  const [one, other] = [ids['Serve on port 4000'], ids['Preview on port 4000']];
  const beside = await project.run('runners', 'start', '--section', 'Mobile', '--detach');
  expect(beside.err).toContain(
    `⚠ ${one} “Serve on port 4000”, ${other} “Preview on port 4000” need port 4000\n  Risk: MEDIUM - Let tests`,
  );
  expect(beside.err).not.toContain('No conflicts detected');
  // What two others have against each other is nothing to whoever starts now.
  const third = await project.run('runners', 'start', '--section', 'Docs', '--detach');
  expect(third.err).not.toContain('port 4000');
  expect(third.err).toContain('✓ No conflicts detected between API, Mobile and Docs sections.');
});
