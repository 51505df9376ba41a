// The commands that make lockfiles anew, run for real against a registry on loopback: each where its program is on PATH. A program
// that is missing is a test that is skipped, and says so.

import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type ExecaError, execa } from 'execa';
import { expect, test } from 'vitest';
import { mergeLock } from '../../src/git/lock/merge.ts';
import { type Remaking, remakingOf, unresolvable } from '../../src/merge/lockfile.ts';
import { temporaryFolder } from '../support/folder.ts';
import { settings, TOOLS, type Tool, unlessMissing } from '../support/packageManagers.ts';
import { type Packages, type Registry, startRegistry } from '../support/registry.ts';

/** A project in a folder of its own, with a home of its own: no cache and no settings but these. */
function place({ url }: Registry) {
  const home = temporaryFolder('lockfile-tool-');
  const cwd = path.join(home, 'app');
  const environment = { PATH: process.env.PATH, HOME: home, TMPDIR: home, CI: 'true', LC_ALL: 'C.UTF-8' };
  const run = async (command: string | readonly string[], more: Remaking['environment'] = {}) => {
    const [program = '', ...args] = typeof command === 'string' ? command.split(' ') : command;
    return await execa(program, args, { cwd, env: { ...environment, ...more }, extendEnv: false, all: true });
  };
  const write = (file: string, text: string) => writeFileSync(path.join(cwd, file), text);
  const read = async (file: string) => await readFile(path.join(cwd, file), 'utf8');
  const remove = (file: string) => rmSync(path.join(cwd, file), { recursive: true, force: true });
  mkdirSync(cwd);
  for (const [file, text] of Object.entries(settings(url))) write(file, text);
  return { cwd, run, write, read, remove };
}

type Place = ReturnType<typeof place>;

/**
 * @param text the lockfile that is there; without one, everything is as new as the registry has it
 * @returns the lockfile that was made
 */
async function lock(
  { run, write, read, remove }: Place,
  tool: Tool,
  dependencies: object,
  text?: string,
): Promise<string> {
  write('package.json', manifest(dependencies).replace('touch', 'true'));
  remove(tool.lockfile);
  if (text !== undefined) write(tool.lockfile, text);
  const remaking = text === undefined ? undefined : remakingOf(tool.lockfile, text);
  await run(remaking?.command ?? tool.install, remaking?.environment);
  return await read(tool.lockfile);
}

const manifest = (dependencies: object) =>
  `${JSON.stringify({ name: 'app', private: true, scripts: { preinstall: 'touch scripts-ran' }, dependencies }, null, 2)}\n`;

const BEGIN: Packages = {
  left: { '1.0.0': { deep: '^1.0.0' } },
  ui: { '1.0.0': { deep: '^1.0.0' } },
  right: { '1.0.0': { floor: '^1.0.0' } },
  gone: { '1.0.0': { only: '^1.0.0' } },
  deep: { '1.0.0': {} },
  floor: { '1.0.0': {} },
  only: { '1.0.0': {} },
};

for (const [name, tool] of Object.entries(TOOLS)) {
  test(`${name} adds what the manifest has more, keeps what is pinned, and runs no script`, {
    timeout: 120_000,
  }, async (context) => {
    await unlessMissing(context, tool);
    const registry = await startRegistry({ deep: { '1.0.0': {} }, left: { '1.0.0': { deep: '^1.0.0' } } });
    const { cwd, run, write, read } = place(registry);
    write('package.json', manifest({ left: '^1.0.0' }).replace('touch', 'true'));
    await run(tool.install);
    expect(await read(tool.lockfile)).toMatch(tool.pinned('deep', '1.0.0'));
    // Main's lockfile, and what the manifests of both say.
    registry.publish({ deep: { '1.0.5': {} }, right: { '1.0.0': { deep: '^1.0.0' } } });
    write('package.json', manifest({ left: '^1.0.0', right: '^1.0.0' }));
    const remaking = remakingOf(tool.lockfile, await read(tool.lockfile));
    expect(remaking.program).toBe(tool.program);
    await run(remaking.command, remaking.environment);
    const made = await read(tool.lockfile);
    for (const one of ['left', 'right', 'deep']) expect(made).toMatch(tool.pinned(one, '1.0.0'));
    expect(made).not.toContain('1.0.5');
    expect(existsSync(path.join(cwd, 'scripts-ran'))).toBe(false);
    await run(tool.frozen);
  });

  test(`${name} says of a version that nobody has what is the manifest's fault`, {
    timeout: 120_000,
  }, async (context) => {
    await unlessMissing(context, tool);
    const registry = await startRegistry({ left: { '1.0.0': {} } });
    const { run, write, read } = place(registry);
    write('package.json', manifest({ left: '^1.0.0' }).replace('touch', 'true'));
    await run(tool.install);
    write('package.json', manifest({ left: '^9.0.0' }));
    const { command, environment } = remakingOf(tool.lockfile, await read(tool.lockfile));
    const failed = await run(command, environment).catch((error: unknown) => error as ExecaError);
    expect(unresolvable(String(failed.all))).toBeDefined();
  });

  test(`${name} makes one of two lockfiles that were each updated alone, with what both pin`, {
    timeout: 120_000,
  }, async (context) => {
    await unlessMissing(context, tool);
    const registry = await startRegistry(BEGIN);
    const dependencies = { gone: '^1.0.0', left: '^1.0.0', right: '^1.0.0', ui: '^1.0.0' };
    const base = await lock(place(registry), tool, dependencies);
    registry.publish({ floor: { '1.0.7': {} }, only: { '1.0.7': {} } });
    const branch = await lock(place(registry), tool, dependencies);
    registry.withdraw('floor', '1.0.7');
    registry.withdraw('only', '1.0.7');
    registry.publish({ deep: { '1.0.2': {}, '1.0.5': {} }, exact: { '1.0.0': { deep: '1.0.2' } } });
    const main = place(registry);
    const updated = await lock(main, tool, dependencies);
    // And then it takes one dependency away and another one in, which is found among what there is.
    const { gone: _, ...rest } = dependencies;
    const now = await lock(main, tool, { ...rest, exact: '^1.0.0' }, updated);
    for (const text of [base, updated]) expect(text).not.toMatch(tool.pinned('floor', '1.0.7'));
    expect(branch).not.toMatch(tool.pinned('deep', '1.0.5'));
    // What is newer than both is for nobody.
    const newest = { '1.0.9': {} };
    registry.publish({ deep: newest, floor: { '1.0.7': {}, ...newest }, only: { '1.0.7': {}, ...newest } });
    for (const [ours, dependencies] of [
      [updated, { ...rest, gone: '^1.0.0' }],
      [now, { ...rest, exact: '^1.0.0' }],
    ] as const) {
      const merged = mergeLock(tool.lockfile, base, ours, branch);
      expect(merged?.lost).toBe(false);
      const { cwd, run, write, read } = place(registry);
      write('package.json', manifest(dependencies));
      write(tool.lockfile, merged?.text ?? '');
      const remaking = remakingOf(tool.lockfile, merged?.text ?? '');
      await run(remaking.command, remaking.environment);
      const made = await read(tool.lockfile);
      expect(made).toMatch(tool.pinned('deep', '1.0.5'));
      expect(made).toMatch(tool.pinned('floor', '1.0.7'));
      const exact = ours === now;
      expect([made.includes('1.0.2'), made.includes('gone'), made.includes('only')]).toEqual([
        exact,
        !exact,
        !exact,
      ]);
      expect(made).not.toContain('1.0.9');
      for (const one of ['deep', 'floor']) expect(made).not.toMatch(tool.pinned(one, '1.0.0'));
      expect(existsSync(path.join(cwd, 'scripts-ran'))).toBe(false);
      await run(tool.frozen);
    }
  });
}
