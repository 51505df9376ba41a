// A branch that changed the lockfile of pnpm, yarn or bun and no manifest, while main changed it too: through the queue, with the
// real program against a registry on loopback, each where it is on PATH. (npm's: lockfileAlone.test.ts.)

import { execa } from 'execa';
import { expect, test } from 'vitest';
import { settings, TOOLS, unlessMissing } from '../support/packageManagers.ts';
import { makeProject } from '../support/project.ts';
import { startRegistry } from '../support/registry.ts';

for (const [name, tool] of Object.entries(TOOLS).filter(([name]) => name !== 'npm')) {
  test(`${name}: of two updates of what is deep below each has what is later, and no coder is asked again`, {
    timeout: 180_000,
  }, async (context) => {
    await unlessMissing(context, tool);
    const registry = await startRegistry({
      left: { '1.0.0': { deep: '^1.0.0' } },
      right: { '1.0.0': { floor: '^1.0.0' } },
      deep: { '1.0.0': {} },
      floor: { '1.0.0': {} },
    });
    const dependencies = { left: '^1.0.0', right: '^1.0.0' };
    const project = await makeProject({
      files: {
        ...settings(registry.url),
        '.gitignore': 'node_modules\n.yarn\n',
        'package.json': `${JSON.stringify({ name: 'app', private: true, dependencies }, null, 2)}\n`,
      },
      config: { worktrees: { setup: [] }, reviewer: 'human', merge: { verify: [tool.frozen] } },
    });
    // Without a lockfile, everything is as new as the registry has it; and without a cache, as it has it now.
    const update = `rm -f ${tool.lockfile} && YARN_ENABLE_IMMUTABLE_INSTALLS=false XDG_CACHE_HOME=$(mktemp -d) ${tool.install}`;
    const onMain = async (message: string) => {
      await execa('sh', ['-c', update], {
        cwd: project.folder,
        env: project.environment,
        extendEnv: false,
      });
      project.commit(message);
    };
    await onMain('Lock');
    registry.publish({ deep: { '1.0.5': {} } });
    const id = await project.task('update', `${update}\n`);
    await project.run('run');
    registry.withdraw('deep', '1.0.5');
    registry.publish({ deep: { '1.0.2': {} }, floor: { '1.0.7': {} } });
    await onMain('Update too');
    registry.publish({ deep: { '1.0.5': {}, '1.0.9': {} }, floor: { '1.0.9': {} } });
    const main = project.git('show', `main:${tool.lockfile}`);
    expect(main).toMatch(tool.pinned('deep', '1.0.2'));
    const shown = await project.run('review', 'show', id);
    expect(shown.out).toContain(`${tool.lockfile}: main has changed it too`);
    await project.json(['review', 'approve', id]);
    const ran = await project.run('merge', 'run');
    expect(ran.err).not.toContain('conflict');
    expect(await project.json(['tasks', 'show', id])).toMatchObject({ status: 'completed', attempt: 1 });
    const made = project.git('show', `main:${tool.lockfile}`);
    expect(made).toMatch(tool.pinned('deep', '1.0.5'));
    expect(made).toMatch(tool.pinned('floor', '1.0.7'));
    expect(made).not.toMatch(/1\.0\.[29]/);
  });
}
