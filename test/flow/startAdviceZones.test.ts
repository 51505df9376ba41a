// Runners that have a zone: only what they take is compared.

import { expect, onTestFinished, test } from 'vitest';
import { makeProject } from '../support/project.ts';

const FILES = { 'api/user.ts': 'x\n', 'web/page.ts': 'x\n', 'shared/user.ts': 'x\n' };
const ZONES = ['api', 'web', 'shared'].map((name) => ({ name, paths: [`${name}/**`], maxRunners: 3 }));

test('a zone is compared with what others take, and not with all there is', {
  timeout: 120_000,
}, async () => {
  const project = await makeProject({
    config: { runners: { isolation: 'directory', zones: ZONES }, coders: { default: { command: 'false' } } },
    files: FILES,
  });
  onTestFinished(async () => void (await project.run('runners', 'stop', '--now')));
  const gate = (await project.json(['tasks', 'add', 'gate'])).id;
  await project.json(['tasks', 'cancel', gate]);
  const add = async (title: string, ...paths: string[]): Promise<string> =>
    (
      await project.json([
        'tasks',
        'add',
        title,
        '--after',
        gate,
        ...paths.flatMap((one) => ['--paths', one]),
      ])
    ).id;
  const [tokens, types, screens] = [
    await add('tokens', 'api/user.ts'),
    await add('types', 'shared/user.ts'),
    await add('screens', 'web/page.ts', 'shared/user.ts'),
  ];
  const start = (zone: string) => project.run('runners', 'start', '--zone', zone, '--detach');
  expect((await start('api')).err).toBe('');
  const web = await start('web');
  expect(web.err).toContain('⚠️  Another runner is active (zone: api)');
  expect(web.err).toContain('✓ No conflicts detected between tasks that could run at the same time.');
  expect(web.err).not.toContain(types);
  const shared = await start('shared');
  expect(shared.err).toContain('2 other runners are active (zones: api, web)');
  expect(shared.err).toContain(`shared/user.ts modified by both (${types}, ${screens})`);
  expect(shared.err).not.toContain(tokens);
});
