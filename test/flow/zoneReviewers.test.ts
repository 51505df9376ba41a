// Zones with reviewers of their own: what a change really touches says who has to approve it.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { leftovers, makeProject, NOTHING_LEFT, type TestProject } from '../support/project.ts';
import { until } from '../support/until.ts';

const APPROVE = '{"decision":"approve","reason":"fine"}';
const REJECT = '{"decision":"reject","reason":"the colours"}';

/** Keeps what it is given and when, then goes on. */
const KEEP = `cat > "$HOME/dossier.$STEROIDS_REVIEWER"
echo "$STEROIDS_TASK_TITLE $STEROIDS_ATTEMPT $STEROIDS_REVIEWER $STEROIDS_ZONE" >> "$HOME/asked"
`;
const says = (verdict: string) => ({ command: `${KEEP}echo '${verdict}'` });

const ZONES = {
  api: { paths: ['api/**'], reviewer: 'api-owner' },
  web: { paths: ['web/**'], reviewer: 'web-owner' },
};

/** @param reviewers in place of those that approve */
const zoned = (reviewers = {}, more = {}, zones: object = ZONES) =>
  makeProject({
    config: {
      runners: { zones },
      reviewer: 'usual',
      reviewers: {
        usual: says(APPROVE),
        'api-owner': says(APPROVE),
        'web-owner': says(APPROVE),
        ...reviewers,
      },
      ...more,
    },
  });

const make = (...files: string[]) =>
  files.map((file) => `mkdir -p $(dirname ${file}); date +%N > ${file}\n`).join('');

const left = (project: TestProject, name: string) => readFileSync(path.join(project.outside, name), 'utf8');
const asked = (project: TestProject) =>
  left(project, 'asked')
    .trim()
    .split('\n')
    .map((line) => line.trim())
    .sort();
const show = (project: TestProject, id: string) => project.json(['tasks', 'show', id]);
const BOTH = make('api/a.txt', 'web/b.txt');

test('a change across zones is reviewed by each, and lands when both approve; the usual reviewer has the rest', async () => {
  const project = await zoned();
  const both = await project.task('both', BOTH, { args: ['--paths', 'api/**'] });
  await project.task('api', make('api/c.txt'), { args: ['--paths', 'api/**'] });
  await project.task('rest', make('rest.txt', 'web/d.txt'));
  // What it changes counts, and not what it says.
  await project.task('astray', make('web/e.txt'), { args: ['--paths', 'api/**'] });
  expect((await project.run('run', '--runners', '1')).code).toBe(0);
  expect(asked(project)).toEqual([
    'api 1 api-owner api',
    'astray 1 web-owner web',
    'both 1 api-owner api',
    'both 1 web-owner web',
    'rest 1 usual',
    'rest 1 web-owner web',
  ]);
  const { status, events, latestCommit } = await show(project, both);
  expect(status).toBe('completed');
  const text = 'api-owner (runners.zones: api) of api/a.txt; web-owner (runners.zones: web) of web/b.txt';
  expect(events.filter((event: { kind: string }) => event.kind === 'reviewers')).toMatchObject([
    { commit: latestCommit, text },
  ]);
  expect(events.find((event: { kind: string }) => event.kind === 'approved')).toMatchObject({
    reviewer: 'api-owner, web-owner',
  });
  expect((await project.run('tasks', 'show', both)).out).toContain(
    `to be reviewed at ${latestCommit.slice(0, 8)} by ${text}`,
  );
  expect(leftovers(project)).toEqual(NOTHING_LEFT);
});

test('each is told which one it is and who else judges; where nothing is parted, nothing is told', async () => {
  const project = await zoned();
  await project.task('both', BOTH);
  await project.task('rest', make('rest.txt'));
  expect((await project.run('run', '--runners', '1')).code).toBe(0);
  const who =
    'Who reviews it is told from what it changes: api-owner (runners.zones: api) of api/a.txt; web-owner';
  for (const name of ['api-owner', 'web-owner']) {
    expect(left(project, `dossier.${name}`)).toContain(`- ${who}`);
    expect(left(project, `dossier.${name}`)).toContain(`- You are ${name}, asked as runners.zones:`);
  }
  expect(left(project, 'dossier.usual')).not.toContain('Who reviews it');
});

test('one of them rejects: it goes back to its coder, and all are asked again', async () => {
  const strict = `${KEEP}[ "$STEROIDS_ATTEMPT" = 1 ] && echo '${REJECT}' || echo '${APPROVE}'`;
  const project = await zoned({ 'web-owner': { command: strict } });
  const id = await project.task('both', BOTH);
  expect((await project.run('run', '--runners', '1')).code).toBe(0);
  const { status, attempt, rejections } = await show(project, id);
  expect({ status, attempt }).toEqual({ status: 'completed', attempt: 2 });
  expect(rejections).toMatchObject([{ reviewer: 'web-owner', reason: 'the colours' }]);
  expect(left(project, `${id}.2.brief`)).toContain('the colours');
  expect(asked(project)).toEqual(expect.arrayContaining(['both 2 api-owner api', 'both 2 web-owner web']));
});

test('who gives no verdict is no approval, whatever the others say', async () => {
  const project = await zoned({ 'web-owner': { command: `${KEEP}exit 3` } }, { limits: { reviews: 1 } });
  const id = await project.task('both', BOTH);
  expect((await project.run('run', '--runners', '1')).code).toBe(3);
  expect(await show(project, id)).toMatchObject({ status: 'disputed', approvedCommit: null });
  expect(project.git('ls-tree', '-r', '--name-only', 'main')).not.toContain('api/');
});

test('a zone whose reviewer is a person: the agents come first, then it waits for one', async () => {
  const zones = { ...ZONES, web: { paths: ['web/**'], reviewers: ['web-owner', 'human'] } };
  const project = await zoned({}, {}, zones);
  await project.task('api', make('api/c.txt'));
  const id = await project.task('both', BOTH);
  expect((await project.run('run', '--runners', '1')).code).toBe(3);
  expect(asked(project)).toEqual(['api 1 api-owner api', 'both 1 api-owner api', 'both 1 web-owner web']);
  const reason = 'a person has to review it (runners.zones: web)';
  expect(await show(project, id)).toMatchObject({
    status: 'review',
    needsPerson: true,
    reason,
    reviewers: [
      { where: 'runners.zones: api', by: ['api-owner'], paths: ['api/a.txt'] },
      { where: 'runners.zones: web', by: ['web-owner', 'human'], paths: ['web/b.txt'] },
    ],
  });
  const who =
    'api-owner (runners.zones: api) of api/a.txt; web-owner and a person (runners.zones: web) of web/b.txt';
  expect((await project.run('tasks', 'show', id)).out).toContain(`review    ${who}`);
  expect((await project.run('review', 'show', id)).out).toContain(`Reviewed by ${who}.`);
  expect((await project.json(['review', 'show', id])).reviewers).toHaveLength(2);
  expect(project.git('ls-tree', '-r', '--name-only', 'main')).not.toContain('web/');
  expect(await project.run('review', 'approve', id)).toMatchObject({ code: 0 });
  expect(await project.run('merge', 'run')).toMatchObject({ code: 0 });
  expect(project.git('ls-tree', '-r', '--name-only', 'main')).toContain('web/b.txt');
});

test('persons alone: no agent is started, and a person is waited for', async () => {
  const zones = {
    api: { paths: ['api/**'], reviewer: 'human' },
    web: { paths: ['web/**'], reviewer: 'none' },
  };
  const project = await zoned({}, {}, zones);
  const id = await project.task('both', BOTH);
  await project.task('web', make('web/c.txt'));
  expect((await project.run('run', '--runners', '1')).code).toBe(3);
  expect(existsSync(path.join(project.outside, 'asked'))).toBe(false);
  expect(await show(project, id)).toMatchObject({
    status: 'review',
    reason: 'a person has to review it (runners.zones: api)',
  });
  expect(project.git('ls-tree', '-r', '--name-only', 'main')).toContain('web/c.txt');
});

test('a branch that is amended into another zone is reviewed anew, by the reviewers of both', async () => {
  const waits = `${KEEP}while [ ! -f "$HOME/go" ]; do sleep 0.05; done; echo '${APPROVE}'`;
  const project = await zoned({ 'api-owner': { command: waits } });
  const id = await project.task('api', make('api/a.txt'));
  const running = project.start('run', '--runners', '1');
  await until(() => existsSync(path.join(project.outside, 'asked')));
  const { branch, latestCommit } = await show(project, id);
  const folder = path.join(project.outside, 'amending');
  project.git('worktree', 'add', '--quiet', '--detach', folder, branch);
  project.write('../outside/amending/web/b.txt', 'x');
  project.git('-C', folder, 'add', '--all');
  project.git('-C', folder, 'commit', '--quiet', '--amend', '--no-edit');
  const amended = project.git('-C', folder, 'rev-parse', 'HEAD');
  project.git('worktree', 'remove', folder);
  project.git('update-ref', `refs/heads/${branch}`, amended);
  await until(() => asked(project).includes('api 1 web-owner web'));
  writeFileSync(path.join(project.outside, 'go'), '');
  expect((await running).exitCode).toBe(0);
  expect(asked(project)).toEqual(['api 1 api-owner api', 'api 1 api-owner api', 'api 1 web-owner web']);
  const { events, approvedCommit } = await show(project, id);
  expect(approvedCommit).toBe(amended);
  const told = events.filter((event: { kind: string }) => event.kind === 'reviewers');
  expect(told.map(({ commit }: { commit: string }) => commit)).toEqual([latestCommit, amended]);
  expect(told[1].text).toContain('web-owner (runners.zones: web) of web/b.txt');
});

test('who is named on main while others read it is asked too', async () => {
  const waits = `${KEEP}while [ ! -f "$HOME/go" ]; do sleep 0.05; done; echo '${APPROVE}'`;
  const zones = { api: ZONES.api, web: { paths: ['web/**'], reviewer: 'none' } };
  const project = await zoned({ 'api-owner': { command: waits } }, {}, zones);
  const id = await project.task('both', BOTH);
  const running = project.start('run', '--runners', '1');
  await until(() => existsSync(path.join(project.outside, 'asked')));
  const config = project.read('.steroids/config.yaml');
  project.write('.steroids/config.yaml', config.replace('reviewer: none', 'reviewer: web-owner'));
  project.commit('Name an owner');
  writeFileSync(path.join(project.outside, 'go'), '');
  expect((await running).exitCode).toBe(0);
  expect(asked(project)).toEqual(['both 1 api-owner api', 'both 1 api-owner api', 'both 1 web-owner web']);
  expect(await show(project, id)).toMatchObject({ status: 'completed', attempt: 1, rejectionCount: 0 });
});

test('that main has it already is confirmed by the reviewers of its zone', async () => {
  const project = await zoned();
  const done = project.git('rev-parse', 'main');
  const said = JSON.stringify({ outcome: 'already-done', commits: [done], reason: 'it is there' });
  const id = await project.task('done', `printf '%s' '${said}' > "$STEROIDS_ANSWER"\n`, {
    args: ['--paths', 'web/**'],
  });
  expect((await project.run('run', '--runners', '1')).code).toBe(0);
  expect(asked(project)).toEqual(['done 1 web-owner']);
  const { status, events } = await show(project, id);
  expect(status).toBe('completed');
  expect(events.at(-1)).toMatchObject({ kind: 'foundLanded', reviewer: 'web-owner' });
});

test('a reviewer that is not configured, or cannot be started, is said before anything starts', async () => {
  const project = await zoned({ 'web-owner': { command: ['no-such-program'] } });
  await project.task('both', BOTH);
  const ran = await project.run('run');
  expect(ran.code).toBe(2);
  expect(ran.err).toContain('reviewers.web-owner: `no-such-program` cannot be started');
  const listed = await project.json(['review', 'reviewers']);
  expect(listed.find(({ name }: { name: string }) => name === 'web-owner').where).toEqual([
    'runners.zones: web',
  ]);
  const config = project.read('.steroids/config.yaml');
  project.write('.steroids/config.yaml', config.replace('reviewer: web-owner', 'reviewer: web-ower'));
  project.commit('Misspell it');
  const misspelt = await project.run('run');
  expect(misspelt.code).toBe(2);
  expect(misspelt.err).toContain(
    'reviewer "web-ower" is not one of none, human, usual, api-owner, web-owner',
  );
  expect(misspelt.err).toContain('did you mean "web-owner"?');
});
