// Approvals and what became of the approved lines: replays that alter them, and branches that are amended meanwhile.

import { appendFileSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { leftovers, makeProject, NOTHING_LEFT, type TestProject } from '../support/project.ts';
import { until } from '../support/until.ts';

const APPROVE = '{"decision": "approve", "reason": "good"}';

const numbers = (changed: Readonly<Record<number, string>> = {}) =>
  `${[1, 2, 3, 4, 5, 6, 7, 8, 9].map((number) => changed[number] ?? number).join('\n')}\n`;

/** Changes two lines of a.txt, far from each other. */
const CODER = `sed -i 's/^2$/two/; s/^8$/eight/' a.txt\n`;

async function withNumbers(config: object): Promise<TestProject> {
  return await makeProject({ config, files: { 'a.txt': numbers() } });
}

/** Somebody commits to main by themselves. */
function commitOnMain(project: TestProject, changed: Readonly<Record<number, string>>): void {
  project.write('a.txt', numbers(changed));
  project.commit('By hand');
}

const show = (project: TestProject, id: string) => project.json(['review', 'show', id]);

describe('a person reviews', () => {
  async function approved(config: object = {}): Promise<readonly [TestProject, string]> {
    const project = await withNumbers({ reviewer: 'human', ...config });
    const id = await project.task('work', CODER);
    await project.run('run', '--runners', '1');
    expect((await project.run('review', 'approve', id)).code).toBe(0);
    return [project, id];
  }

  test('main made one of the changes: what is left of it is asked about again', async () => {
    const [project, id] = await approved();
    commitOnMain(project, { 2: 'two' });
    expect((await show(project, id)).approval).toMatchObject({ replay: 'altered' });
    const main = project.git('rev-parse', 'main');
    const ran = await project.run('merge', 'run');
    expect(ran.err).toContain('adds or removes other lines than what was judged, in a.txt');
    expect(project.git('rev-parse', 'main')).toBe(main);
    const waits = await show(project, id);
    expect(waits).toMatchObject({
      status: 'review',
      approvedCommit: null,
      altered: ['a.txt'],
      approval: null,
    });
    expect(waits.diff).toContain('+eight');
    expect(waits.diff).not.toContain('+two');
    expect((await project.json(['inbox']))[0]).toMatchObject({ kind: 'review' });
    expect((await project.run('review', 'show', id, '--dossier')).out).toContain(
      "replayed onto today's main, which is what lands",
    );
    expect((await project.run('review', 'approve', id)).code).toBe(0);
    expect((await project.run('merge', 'run')).code).toBe(0);
    expect(project.read('a.txt')).toBe(numbers({ 2: 'two', 8: 'eight' }));
    const done = await show(project, id);
    expect(done.approval).toMatchObject({ judgedAgain: 1, replay: 'unchanged' });
    expect(leftovers(project)).toEqual(NOTHING_LEFT);
  });

  test('main changed a line beside it: every patch is unchanged, and the approval stands', async () => {
    const [project, id] = await approved();
    commitOnMain(project, { 5: 'five' });
    expect((await project.run('review', 'show', id)).out).toContain('every patch is unchanged, so it stands');
    expect((await project.run('merge', 'run')).code).toBe(0);
    expect(project.read('a.txt')).toBe(numbers({ 2: 'two', 5: 'five', 8: 'eight' }));
    expect((await show(project, id)).approval).toMatchObject({ judgedAgain: 0, replay: 'unchanged' });
  });

  test('beyond the bound it is a person who decides', async () => {
    const [project, id] = await approved({ limits: { replays: 1 } });
    commitOnMain(project, { 2: 'two' });
    expect((await project.run('merge', 'run')).code).toBe(3);
    const task = await show(project, id);
    expect(task).toMatchObject({ status: 'disputed' });
    expect(task.reason).toContain('1 of 1: the bound is reached');
    expect((await project.run('review', 'approve', id)).code).toBe(0);
    expect((await project.run('merge', 'run')).code).toBe(0);
  });
});

test('nobody reviews: there is no approval of lines that could be void', async () => {
  const project = await withNumbers({ reviewer: 'none' });
  const id = await project.task('work', CODER);
  // The landing waits for this, and then main has it.
  project.write('a.txt', numbers({ 2: 'two' }));
  await project.run('run', '--runners', '1');
  expect((await show(project, id)).status).toBe('queued');
  project.commit('By hand');
  expect((await project.run('merge', 'run')).code).toBe(0);
  expect(project.read('a.txt')).toBe(numbers({ 2: 'two', 8: 'eight' }));
  expect((await show(project, id)).approval).toMatchObject({ replay: 'none' });
});

describe('an agent reviews', () => {
  test('main moves while it reads: it is given what lands by then, and asked again', async () => {
    const project = await withNumbers({
      reviewer: 'strict',
      reviewers: {
        strict: {
          command: `cat > "$HOME/dossier.$(ls "$HOME" | grep -c dossier)"
if [ ! -e "$HOME/moved" ]; then touch "$HOME/moved"; cd "$HOME/../repo"; sed -i 's/^2$/two/' a.txt; git commit -qam "By hand"; fi
echo '${APPROVE}'`,
        },
      },
    });
    const id = await project.task('work', CODER);
    const ran = await project.run('run', '--runners', '1');
    expect(ran.code, ran.err).toBe(0);
    const dossier = (number: number) => readFileSync(path.join(project.outside, `dossier.${number}`), 'utf8');
    expect(dossier(0)).toContain('+two');
    expect(dossier(1)).not.toContain('+two');
    expect(dossier(1)).toContain("replayed onto today's main");
    expect((await show(project, id)).approval).toMatchObject({ judgedAgain: 1 });
    expect(project.read('a.txt')).toBe(numbers({ 2: 'two', 8: 'eight' }));
  });

  test('the branch is amended while it reads: the review starts again on the new head', async () => {
    const project = await withNumbers({
      reviewer: 'strict',
      reviewers: {
        strict: {
          // What it would say of the first head is neither waited for nor taken.
          command: `cat > "$HOME/dossier"; echo "$STEROIDS_HEAD_COMMIT" >> "$HOME/heads"
if [ ! -e "$HOME/amended" ]; then while :; do sleep 0.05; done; fi
echo '${APPROVE}'`,
          timeLimit: '50s',
        },
      },
    });
    const id = await project.task('work', CODER);
    const heads = () => {
      const file = path.join(project.outside, 'heads');
      appendFileSync(file, '');
      return readFileSync(file, 'utf8').split('\n').filter(Boolean);
    };
    const running = project.run('run', '--runners', '1');
    await until(() => heads().length === 1);
    const { branch } = await show(project, id);
    const amended = project.git(
      'commit-tree',
      `${branch}^{tree}`,
      '-p',
      `${branch}~1`,
      '-m',
      'Amended by a person',
    );
    project.write('../outside/amended', '');
    project.git('update-ref', `refs/heads/${branch}`, amended);
    expect((await running).code).toBe(0);
    expect(heads()).toEqual([expect.not.stringMatching(amended), amended]);
    const task = await show(project, id);
    expect(task).toMatchObject({
      status: 'completed',
      attempt: 1,
      approvedCommit: amended,
      rejectionCount: 0,
    });
    expect(leftovers(project)).toEqual(NOTHING_LEFT);
  });

  test('a rejection of a head that has been amended since is none', async () => {
    const project = await withNumbers({
      reviewer: 'strict',
      reviewers: {
        strict: {
          command: `cat > /dev/null; cd "$HOME/../repo"
if [ "$(git log -1 --format=%s "$STEROIDS_HEAD_COMMIT")" = Amended ]; then echo '${APPROVE}'; exit; fi
new=$(git commit-tree "$STEROIDS_HEAD_COMMIT^{tree}" -p "$STEROIDS_HEAD_COMMIT~1" -m Amended)
git update-ref "$(git for-each-ref --format='%(refname)' refs/heads/runner-1)" "$new"
echo '{"decision": "reject", "reason": "the message says nothing"}'`,
        },
      },
    });
    const id = await project.task('work', CODER);
    const ran = await project.run('run', '--runners', '1');
    expect(ran.code, ran.err).toBe(0);
    expect(await show(project, id)).toMatchObject({ status: 'completed', attempt: 1, rejectionCount: 0 });
    expect(project.git('log', '-1', '--format=%s', 'main')).toBe('Amended');
  });
});
