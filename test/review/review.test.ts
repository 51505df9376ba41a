import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { GROUP } from '../../src/process/containment.ts';
import { type Reviewing, review } from '../../src/review/review.ts';
import { temporaryFolder } from '../support/folder.ts';
import { sha } from '../support/store.ts';

const APPROVAL = '{"decision": "approve", "reason": "good"}';
const REJECTION = '{"decision": "reject", "reason": "no tests"}';

/** A reviewer, which is a shell script. */
function reviewing(command: string, also: Partial<Reviewing> = {}): Reviewing {
  const folder = temporaryFolder();
  return {
    reviewer: 'strict',
    command,
    commit: sha('a'),
    dossier: 'The dossier.\n',
    folder,
    environment: { PATH: process.env.PATH ?? '' },
    log: path.join(folder, 'review.log'),
    answerFile: path.join(folder, 'verdict.json'),
    timeLimit: 60_000,
    signal: new AbortController().signal,
    containment: GROUP,
    started: async () => {},
    ...also,
  };
}

describe('the verdict of a reviewer that ends well', () => {
  test.each([
    ['approved', APPROVAL, 'good'],
    ['rejected', REJECTION, 'no tests'],
  ])('counts for the commit that it was given: %s', async (kind, said, reason) => {
    const asked = reviewing(`grep -q dossier && echo '${said}'`);
    expect(await review(asked)).toEqual({ kind, reviewer: 'strict', commit: sha('a'), reason });
    expect(existsSync(asked.answerFile)).toBe(false);
  });
});

describe.each([APPROVAL, REJECTION])('%s', (said) => {
  test.each([
    ['that failed', 'exit 1', 'exited with 1'],
    ['that was killed', 'kill -9 $$', 'was ended by SIGKILL'],
  ])('of a reviewer %s is no verdict', async (_, end, why) => {
    const reviewed = await review(reviewing(`echo '${said}'; ${end}`));
    expect(reviewed).toEqual({ kind: 'unjudged', reason: expect.stringContaining(why) });
  });

  test('of a reviewer that passed its time limit is no verdict', async () => {
    const reviewed = await review(reviewing(`echo '${said}'; sleep 600`, { timeLimit: 300 }));
    expect(reviewed).toEqual({ kind: 'unjudged', reason: expect.stringContaining('time limit') });
  });

  test('of a reviewer that we stopped is nothing', async () => {
    const abort = new AbortController();
    const started = async () => abort.abort();
    const asked = reviewing(`echo '${said}'; sleep 600`, { signal: abort.signal, started });
    expect(await review(asked)).toEqual({ kind: 'stopped' });
  });
});
