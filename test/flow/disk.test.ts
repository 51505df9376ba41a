// A disk that is full: nothing is rejected for it, and nothing is lost.

import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { leftovers, makeProject, NOTHING_LEFT, type TestProject } from '../support/project.ts';

const write = (file: string, text: string) => `printf '%s\\n' '${text}' > ${file}\n`;
const shown = async (project: TestProject, id: string) => await project.json(['tasks', 'show', id]);

/** A small disk in place of the folder, for the rest of the test; undefined where nobody may mount one. */
function mountDisk(folder: string, options: string): true | undefined {
  mkdirSync(folder, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  onTestFinished(() => void execFileSync('umount', [folder]));
  return true;
}

test('a command that fails on it is tried again, then the queue pauses; with room it lands', async (context) => {
  const project = await makeProject({
    config: {
      merge: { verify: ['head -c "$(cat "$HOME/size")" /dev/zero > "$TMPDIR/made"'] },
      limits: { failures: 2 },
    },
  });
  if (!mountDisk(project.environment.TMPDIR ?? '', 'size=4m')) context.skip('nobody may mount a disk here');
  writeFileSync(path.join(project.outside, 'size'), '8M\n');
  const id = await project.task('innocent', write('a.txt', 'a'));
  const ran = await project.run('run');
  expect(ran).toMatchObject({ code: 3 });
  expect(ran.err).toMatch(/has to wait: the disk of .* is full: 0\.0 MiB of 4\.0 MiB are free \(`head /);
  expect(await shown(project, id)).toMatchObject({ status: 'queued', attempt: 1 });
  expect((await project.json(['status'])).paused).toContain('could not run 2 times: the disk of');
  writeFileSync(path.join(project.outside, 'size'), '8K\n');
  expect(await project.run('merge', 'run')).toMatchObject({ code: 0 });
  expect(await shown(project, id)).toMatchObject({ status: 'completed', attempt: 1 });
});

test('our own log has no room: held, not a failure of ours', async (context) => {
  const project = await makeProject({
    config: { merge: { verify: ['true'] }, limits: { failures: 1 } },
  });
  const logs = path.join(project.folder, '.git/steroids/logs/merge');
  if (!mountDisk(logs, 'size=64k,nr_inodes=1')) context.skip('nobody may mount a disk here');
  const id = await project.task('innocent', write('a.txt', 'a'));
  expect(await project.run('run')).toMatchObject({ code: 3 });
  expect(readdirSync(logs)).toEqual([]);
  expect(await shown(project, id)).toMatchObject({ status: 'queued', attempt: 1 });
  expect((await project.json(['status'])).paused).toContain('could not run 1 time: a disk is full');
});

test('the store’s own disk: the run ends with a sentence, and the next one, with room, finishes everything', async (context) => {
  const project = await makeProject({ init: false });
  const base = path.join(project.folder, '.git/steroids');
  if (!mountDisk(base, 'size=2m')) context.skip('nobody may mount a disk here');
  project.write(
    '.steroids/config.yaml',
    `version: 1\ncoders: { default: { command: [sh, '${path.join(project.outside, 'work.sh')}'] } }\n`,
  );
  project.commit('Set up');
  await project.json(['init']);
  const fill = `[ "$STEROIDS_TASK_TITLE.$STEROIDS_ATTEMPT" != two.1 ] || head -c 3M /dev/zero > '${base}/fill' || true\n`;
  writeFileSync(
    path.join(project.outside, 'work.sh'),
    `echo "$STEROIDS_ATTEMPT" > "$STEROIDS_TASK_TITLE.txt"\n${fill}`,
  );
  const ids: string[] = [];
  for (const title of ['one', 'two', 'three']) ids.push((await project.json(['tasks', 'add', title])).id);
  const ran = await project.run('run', '--runners', '1', '--json');
  expect(ran, ran.out + ran.err).toMatchObject({ code: 5 });
  expect(JSON.parse(ran.out).error).toMatchObject({ kind: 'environment', code: 'store-disk' });
  expect(project.git('for-each-ref', '--format=%(subject)', 'refs/heads')).toContain('two');
  rmSync(path.join(base, 'fill'));
  expect(await project.run('run', '--runners', '1')).toMatchObject({ code: 0 });
  for (const id of ids) {
    const { status, attempts } = await shown(project, id);
    expect(status).toBe('completed');
    for (const { outcome } of attempts) expect(['landed', 'interrupted', 'submitted']).toContain(outcome);
  }
  expect(project.git('log', '--format=%s', 'main').split('\n').sort()).toEqual(
    expect.arrayContaining(['one', 'three', 'two']),
  );
  expect(leftovers(project)).toEqual(NOTHING_LEFT);
});
