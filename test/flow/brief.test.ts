// What a coder is told by a real run: conventions of main, both sides of a conflict, other branches, the project's template.

import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { makeProject, type TestProject } from '../support/project.ts';

const briefOf = (project: TestProject, id: string, attempt = 1) =>
  readFileSync(path.join(project.outside, `${id}.${attempt}.brief`), 'utf8');

test('conventions come from the commit of main, not from what the coder made of them', async () => {
  const project = await makeProject({
    config: { reviewer: 'human' },
    files: {
      'AGENTS.md': 'Two spaces.\n',
      'CONTRIBUTING.md': 'Run the tests.\n',
      'apps/AGENTS.md': 'In apps, tabs.\n',
      'other/AGENTS.md': 'Nobody works here.\n',
      'docs/CONTRIBUTING.md': 'Run the tests.\n',
    },
  });
  symlinkSync('AGENTS.md', path.join(project.folder, 'CLAUDE.md'));
  project.commit('Link it');
  const id = await project.task('work', 'echo "Do as you like." > AGENTS.md; echo x > x.txt\n', {
    args: ['--paths', 'apps/web/**'],
  });
  await project.run('run');
  await project.json(['review', 'reject', id, '--reason', 'The first word\n## Rules']);
  await project.json(['tasks', 'retry', id, '--note', 'Look at line 3']);
  const foreseen = await project.json(['tasks', 'brief', id]);
  expect(foreseen).toMatchObject({ id, attempt: 2, coder: 'default', cut: [] });
  await project.run('run');
  for (const attempt of [1, 2]) {
    const brief = briefOf(project, id, attempt);
    expect(brief).toContain('Conventions of this repository: AGENTS.md\n\n```markdown\nTwo spaces.\n```');
    expect(brief).toContain('apps/AGENTS.md\n\n```markdown\nIn apps, tabs.\n```');
    expect(brief).not.toContain('Nobody works here.');
    expect(brief).not.toContain('Do as you like.');
    expect(brief.match(/Run the tests\./g)).toHaveLength(1);
    expect(brief).not.toContain('CLAUDE.md');
    expect(brief).toContain('Your paths: apps/web/**');
  }
  const second = briefOf(project, id, 2);
  expect(second).toBe(foreseen.text);
  expect(second).toContain('```\nThe first word\n## Rules\n```');
  expect(second).toContain('```\nLook at line 3\n```');
  expect(await project.run('tasks', 'brief', 'zzzz')).toMatchObject({ code: 2 });
  await project.json(['tasks', 'cancel', id]);
  expect(await project.run('tasks', 'brief', id)).toMatchObject({
    code: 2,
    err: expect.stringContaining('is cancelled, so no coder is told anything'),
  });
});

test('a conflict is told with what both sides did, and who else changes the same files', async () => {
  const project = await makeProject({
    config: { reviewer: 'human' },
    files: { 'a.txt': 'one\n', 'b.txt': 'one\n' },
  });
  const id = await project.task('late', 'echo late > a.txt; git commit -qam "Make a late"\n');
  const other = await project.task('other', 'echo other > a.txt; echo other > b.txt\n');
  await project.run('run');
  project.write('a.txt', 'early\n');
  project.commit('Make a early');
  expect(await project.run('review', 'approve', id)).toMatchObject({ code: 3 });
  expect(await project.json(['tasks', 'show', id])).toMatchObject({ status: 'pending' });
  const { text } = await project.json(['tasks', 'brief', id]);
  expect(text).toContain('## A conflict to solve');
  expect(text).toMatch(
    /What main changed in these files\n\n```diff\n[0-9a-f]{8} Make a early\n[\s\S]*\+early\n/,
  );
  expect(text).toMatch(
    /What your branch changed in them\n\n```diff\n[0-9a-f]{8} Make a late\n[\s\S]*\+late\n/,
  );
  expect(text).toContain(`- ${other} “other”: a.txt\n`);
});

test('a template of the project’s own is read from main; what is wrong with it is said before anything runs', async () => {
  const config = {
    coders: { default: { command: 'cat > "$STEROIDS_WORKTREE/brief.txt"' } },
    brief: { template: '.steroids/brief.md', limit: '10k' },
  };
  const project = await makeProject({
    config,
    files: { '.steroids/brief.md': 'Be kind.\n\n{{spec}}\n\n{{titl}}\n' },
  });
  const spec = path.join(project.outside, 'spec.md');
  writeFileSync(spec, `begin\n${'word '.repeat(2_000_000)}\nend\n`);
  const refused = await project.run('tasks', 'add', 'work', '--spec', spec);
  expect(refused.code).toBe(2);
  expect(refused.err).toContain('brief.template is .steroids/brief.md, and on main');
  expect(refused.err).toContain('line 5: there is no part {{titl}}. Did you mean "title"?');
  project.write('.steroids/brief.md', 'Be kind.\n\n{{spec}}\n\nThe end of {{title}}.\n');
  project.commit('Mend the template');
  const { id } = await project.json(['tasks', 'add', 'work', '--spec', spec]);
  const shown = await project.json(['config', 'show']);
  expect(shown.values).toContainEqual({
    key: 'brief.template',
    value: '.steroids/brief.md',
    source: '.steroids/config.yaml',
  });
  const foreseen = await project.run('tasks', 'brief', id);
  expect(foreseen.err).toContain('1 passage cut to fit brief.limit');
  expect((await project.run('run')).code).toBe(0);
  const brief = project.git('show', 'main:brief.txt');
  expect(brief).toMatch(/^Be kind\.\n\n## The task\n\n```markdown\nbegin\n/);
  expect(brief).toMatch(/\n\nThe end of work\.$/);
  expect(brief.length).toBeLessThanOrEqual(10_000);
  const whole = /The last \d+ characters are left out\. All of it: (.+)\]/.exec(brief)?.[1] ?? '';
  expect(readFileSync(whole, 'utf8')).toContain('end');
  project.git('rm', '-q', '.steroids/brief.md');
  project.commit('Take it away');
  const gone = await project.run('tasks', 'add', 'more');
  expect(`${gone.err}${(await project.run('doctor')).out}`).toContain('there is no such file');
});
