// What is killed over and over: several tasks that meet everything which can happen on the way (a conflict, a rejection, a
// red candidate, files that nobody committed), a remote, and a person who has uncommitted work on main.

import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { execaSync } from 'execa';
import { makeProjectIn, type TestProject } from '../support/projectAt.ts';

export interface Scenario {
  readonly project: TestProject;
  /** Where main was when it began. */
  readonly begin: string;
  /** The bare repository that main is shared through. */
  readonly remote: string;
  remove(): void;
}

/** A person's change on main that is not committed, to a file that no task touches. */
export const USERS_FILE = 'README.md';
export const USERS_TEXT = 'hello, and a line that is not finished';

/**
 * One task a title. Each may be killed anywhere and begun again, so that what a coder does depends on what stands in its
 * worktree; each writes down the commits that it made. The one that conflicts never lands first, also when it was killed as it waited.
 */
const CODER = `#!/bin/sh
outside=$(dirname "$0")
cat > /dev/null
commit() { git add --all && git commit --quiet --message "$1"; git rev-parse HEAD >> "$outside/commits"; }
case $STEROIDS_TASK_TITLE in
first)
  if grep -q '^b$' list.txt; then sed 's/^b$/first/' list.txt > new && mv new list.txt; fi
  commit first ;;
loose)
  echo loose > loose.txt; mkdir -p 'a folder'; echo two > 'a folder/b c.txt' ;;
conflicting)
  if grep -q '^b$' list.txt; then
    sed 's/^b$/second/' list.txt > new && mv new list.txt; commit conflicting
  elif ! grep -qx second list.txt || grep -q '^<<<<<<<' list.txt; then
    printf 'a\\nfirst and second\\nc\\n' > list.txt; commit solved
  fi
  while ! git log --format=%s main | grep -qx first; do sleep 0.02; done ;;
breaking)
  if [ -f check.txt ]; then echo good > check.txt; commit mended; else echo bad > check.txt; commit breaking; fi ;;
rejected)
  if [ -f work.txt ]; then echo better > work.txt; commit answered; else echo poor > work.txt; commit rejected; fi ;;
esac
exit 0
`;

export const TITLES = ['first', 'loose', 'conflicting', 'breaking', 'rejected'];

/** What main holds in the end, whatever happened on the way. */
export const FINAL_FILES: Readonly<Record<string, string>> = {
  'list.txt': 'a\nfirst and second\nc\n',
  'loose.txt': 'loose\n',
  'a folder/b c.txt': 'two\n',
  'check.txt': 'good\n',
  'work.txt': 'better\n',
};

const REVIEW = `dossier=$(cat)
if printf '%s' "$dossier" | grep -q '^+poor' && ! printf '%s' "$dossier" | grep -q '^+better'
then echo '{"decision": "reject", "reason": "make it better"}'
else echo '{"decision": "approve", "reason": "good"}'; fi
`;

/** @param limits as in the configuration */
export async function makeScenario(limits: Readonly<Record<string, unknown>> = {}): Promise<Scenario> {
  const base = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'steroids crash-')));
  const remote = path.join(base, 'remote.git');
  const project = await makeProjectIn(base, {
    files: {
      'list.txt': 'a\nb\nc\n',
      'check.sh': '! grep -q bad check.txt 2>/dev/null\n',
      'review.sh': REVIEW,
    },
    config: {
      reviewer: 'strict',
      reviewers: { strict: { command: ['sh', './review.sh'] } },
      merge: { verify: ['sh ./check.sh'], remote: 'origin' },
      limits,
    },
  });
  writeFileSync(path.join(project.outside, 'coder.sh'), CODER);
  execaSync('git', ['clone', '--quiet', '--bare', project.folder, remote], { env: project.environment });
  project.git('remote', 'add', 'origin', remote);
  for (const title of TITLES) await project.json(['tasks', 'add', title]);
  project.write(USERS_FILE, USERS_TEXT);
  return {
    project,
    begin: project.git('rev-parse', 'main'),
    remote,
    remove: () => rmSync(base, { recursive: true, force: true, maxRetries: 5 }),
  };
}
