// The environment that steroids is started in.

import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { onTestFinished, test } from 'vitest';
import { type Hostile, makeScene, play, playAll } from '../support/hostile.ts';
import { sample } from '../support/sample.ts';

const MATRIX: Record<string, Hostile> = {
  'as inside a hook: what points git elsewhere': {
    environment: {
      ...{
        GIT_DIR: '/nowhere/.git',
        GIT_WORK_TREE: '/nowhere',
        GIT_COMMON_DIR: '/nowhere',
        GIT_PREFIX: 'x/',
      },
      ...{ GIT_INDEX_FILE: '/nowhere/index', GIT_OBJECT_DIRECTORY: '/nowhere', GIT_NAMESPACE: 'odd' },
      ...{ GIT_ALTERNATE_OBJECT_DIRECTORIES: '/nowhere', GIT_QUARANTINE_PATH: '/nowhere' },
      ...{
        GIT_CONFIG: '/nowhere',
        GIT_CONFIG_PARAMETERS: "'core.bare'='true'",
        GIT_CEILING_DIRECTORIES: '/',
      },
      ...{ GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'core.bare', GIT_CONFIG_VALUE_0: 'true' },
      ...{ GIT_SHALLOW_FILE: '/nowhere', GIT_GRAFT_FILE: '/nowhere', GIT_REPLACE_REF_BASE: 'refs/odd' },
      ...{ GIT_NO_REPLACE_OBJECTS: '1', GIT_EXTERNAL_DIFF: 'false' },
    },
  },
  // What a coder's own git makes of them is the user's wish, so it is told not to mind.
  'what changes how git answers': {
    environment: {
      ...{
        GIT_TRACE: '1',
        GIT_TRACE2: '1',
        GIT_TRACE_SETUP: '1',
        GIT_TRACE_PERFORMANCE: '1',
        GIT_FLUSH: '0',
      },
      ...{ GIT_LITERAL_PATHSPECS: '1', GIT_DIFF_OPTS: '--unified=0', GIT_DEFAULT_HASH: 'sha256' },
      ...{ GIT_DEFAULT_REF_FORMAT: 'reftable', GIT_TEMPLATE_DIR: '/nowhere', GIT_OPTIONAL_LOCKS: '0' },
      ...{
        GIT_INDEX_VERSION: '4',
        GIT_REFLOG_ACTION: 'odd',
        GIT_MERGE_VERBOSITY: '5',
        GIT_NOTES_REF: 'refs/x',
      },
      ...{ GIT_PAGER: 'false', GIT_EDITOR: 'false', GIT_SEQUENCE_EDITOR: 'false', GIT_ATTR_SOURCE: 'HEAD' },
    },
    commit: (message) =>
      `unset GIT_LITERAL_PATHSPECS; git add -A && git commit -q -m '${message}' 2> /dev/null || exit 8\n`,
  },
  'another language, nobody’s home and no identity of git': {
    environment: {
      ...{ LC_ALL: 'tr_TR.UTF-8', LANG: 'de_DE.UTF-8', LANGUAGE: 'de:fr', TZ: 'Pacific/Kiritimati' },
      ...{ HOME: undefined, XDG_CONFIG_HOME: undefined, USER: undefined, GIT_CONFIG_GLOBAL: '/dev/null' },
      ...{
        CDPATH: '/tmp:/',
        PAGER: 'false',
        EDITOR: 'false',
        VISUAL: 'false',
        ENV: '/nowhere',
        BASH_ENV: '/nowhere',
      },
      ...{ NODE_OPTIONS: '--no-warnings --max-old-space-size=2000 --enable-source-maps', TERM: 'dumb' },
    },
    config: ['user.useConfigOnly true'],
  },
};

test.each(sample(Object.entries(MATRIX), 2))('%s', async (_, hostile) => {
  await playAll(hostile);
});

test('a umask of 077, and a folder for temporary files with spaces', async () => {
  const scene = await makeScene({});
  const temporary = path.join(scene.base, "user's own tmp");
  mkdirSync(temporary);
  const before = process.umask(0o077);
  onTestFinished(() => void process.umask(before));
  await play(scene, { environment: { TMPDIR: temporary } });
});
