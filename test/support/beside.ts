// Sections whose tasks wait for something that nobody does: runners of theirs are at work, and stay.

import { onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { makeProject, type TestProject } from './project.ts';

export interface Beside {
  readonly project: TestProject;
  /** Ids by title. */
  readonly ids: Readonly<Record<string, string>>;
}

/** @param tasks title → section and path; an earlier one is claimed earlier */
export async function besides(
  tasks: Readonly<Record<string, readonly [section: string, path: string]>>,
  analysis: object = {},
): Promise<Beside> {
  const paths = Object.values(tasks).map(([, path]) => [path, 'x\n'] as const);
  const project = await makeProject({ config: { analysis }, files: Object.fromEntries(paths) });
  for (const section of new Set(Object.values(tasks).map(([name]) => name)))
    await project.json(['sections', 'add', section]);
  const waiting = Object.entries(tasks).map(([title, [section, path]]) => ({
    title,
    section,
    paths: [path],
    after: ['gate'],
  }));
  project.write('../outside/plan.yaml', stringify([{ title: 'Something else', key: 'gate' }, ...waiting]));
  await project.json(['tasks', 'import', `${project.outside}/plan.yaml`]);
  onTestFinished(async () => void (await project.run('runners', 'stop', '--now')));
  const all: { readonly id: string; readonly title: string }[] = await project.json(['tasks', 'list']);
  return { project, ids: Object.fromEntries(all.map(({ id, title }) => [title, id])) };
}

export const sectionsAtWork = async (project: TestProject): Promise<string[]> =>
  (await project.json(['runners', 'list'])).map((runner: { section: string | null }) => runner.section);

export async function configure(project: TestProject, analysis: object): Promise<void> {
  project.write(
    '.steroids/config.yaml',
    stringify({ version: 1, coders: { default: { command: 'true' } }, analysis }),
  );
  project.commit('Configure');
}

/** Without what moves the cursor. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what a terminal is told.
export const shown = (out: string) => out.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '');
