// `analysis.onPickup: warn`: a task that is begun beside another one that changes the same file.

import { existsSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { makeProject } from '../support/project.ts';
import { until } from '../support/until.ts';

/** The first lets the second begin beside it, and that one lets it end. */
const MEETING = `touch "$OUTSIDE/$STEROIDS_TASK_TITLE.here"
while [ ! -f "$OUTSIDE/one.here" ] || [ ! -f "$OUTSIDE/two.here" ]; do sleep 0.05; done
echo "$STEROIDS_TASK_TITLE" > "$STEROIDS_TASK_TITLE.txt"
`;

test.each([
  ['warn', 1],
  ['off', 0],
])(
  '%s',
  async (onPickup, warnings) => {
    const project = await makeProject({
      config: { analysis: { onPickup } },
      files: { 'shared/user.ts': 'x\n', 'other.ts': 'x\n' },
    });
    for (const title of ['one', 'two']) {
      const args = ['--paths', 'shared/user.ts'];
      await project.task(title, MEETING, { args });
    }
    const ran = await project.run('run', '--runners', '2');
    expect(ran.code, ran.err).toBe(0);
    const said =
      ran.err.match(/begins while .* is under way, and they may conflict in shared\/user\.ts: /g) ?? [];
    expect(said).toHaveLength(warnings);
    // Neither has changed that file: the report says so of whoever warned, and of nobody else.
    const { predictions } = await project.json(['analysis', 'report']);
    const warned = predictions.filter(({ who }: { who: string }) => who === 'analysis.onPickup');
    expect(warned).toMatchObject(
      warnings === 0 ? [] : [{ of: 'conflicts', judged: 1, predicted: 1, happened: 0, right: 0 }],
    );
  },
  120_000,
);

test('what both have changed when a later attempt begins is no prediction', async () => {
  const project = await makeProject({
    config: { analysis: { onPickup: 'warn' } },
    files: { 'shared/user.ts': 'x\n' },
  });
  const wait = (file: string) => `while [ ! -f "$OUTSIDE/${file}" ]; do sleep 0.05; done\n`;
  const change = 'echo "$STEROIDS_TASK_TITLE" > shared/user.ts\n';
  await project.task('one', `${wait('go')}${change}touch "$OUTSIDE/one.wrote"\n${wait('two.again')}`);
  await project.task('two', `${wait('one.wrote')}${change}git commit -qam Change\nexit 1\n`, {
    attempts: { 2: `touch "$OUTSIDE/two.again"\n${change}`, 3: change },
  });
  const running = project.run('run', '--runners', '2');
  const db = new Database(path.join(project.folder, '.git/steroids/steroids.db'), { readonly: true });
  const asked = () => db.prepare(`select count(*) from opinions`).pluck().get() as number;
  await until(() => asked() === 1);
  project.write('../outside/go', '');
  const ran = await running;
  db.close();
  expect(existsSync(path.join(project.outside, 'two.again'))).toBe(true);
  expect(ran.err).toMatch(
    /“two” begins while .*“one” is under way, and they may conflict in shared\/user\.ts/,
  );
  const { predictions } = await project.json(['analysis', 'report']);
  expect(predictions).toContainEqual(
    expect.objectContaining({ who: 'analysis.onPickup', judged: 1, predicted: 0, happened: 1, right: 0 }),
  );
}, 120_000);
