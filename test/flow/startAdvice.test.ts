// A second runner starts: the specification's dialogue on a terminal, and a warning where nobody can be asked.

import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { besides, configure, sectionsAtWork, shown } from '../support/beside.ts';
import { makeProject, type TestProject } from '../support/project.ts';
import { fails, says, startProvider } from '../support/provider.ts';
import { CTRL_C, CTRL_D, runOnTerminal } from '../support/terminal.ts';

const START = ['runners', 'start', '--section', 'Mobile', '--detach'];
const MINUTES = 300_000;

async function beside(api: string, mobile: string, analysis: object = {}) {
  const { project, ids } = await besides({ Tokens: ['API', api], Screens: ['Mobile', mobile] }, analysis);
  await project.json(['runners', 'start', '--section', 'API', '--detach']);
  return { project, one: ids.Tokens ?? '', other: ids.Screens ?? '', gate: ids['Something else'] ?? '' };
}

const apart = (analysis: object = {}) => beside('api/jwt.ts', 'mobile/home.ts', analysis);
const together = (analysis: object = {}) => beside('shared/user.ts', 'shared/user.ts', analysis);

const show = (project: TestProject, id: string) => project.json(['tasks', 'show', id]);
const stopMobile = (project: TestProject) => project.json(['runners', 'stop', '2', '--now']);

test(
  "no conflicts: the specification's dialogue, word for word; whoever does not agree starts nothing",
  async () => {
    const { project } = await apart();
    for (const key of ['n', CTRL_C, CTRL_D]) {
      const ran = await runOnTerminal(project, START, [key]);
      expect(ran).toMatchObject({ code: 0, out: expect.stringContaining('No runner was started.') });
    }
    expect(await sectionsAtWork(project)).toEqual(['API']);
    const ran = await runOnTerminal(project, START, ['']);
    expect(ran.code).toBe(0);
    expect(shown(ran.out)).toContain(`⚠️  Another runner is active (section: API)

Running conflict analysis...
✓ No conflicts detected between API and Mobile sections.

Proceed? [Y/n] `);
    expect(ran.out).toMatch(/runner-2 \(\w+\) works in the background in section “Mobile”/);
    expect(await sectionsAtWork(project)).toEqual(['API', 'Mobile']);
  },
  MINUTES,
);

test(
  'conflicts are shown with the choices: to cancel, to adjust, one after the other, anyway',
  async () => {
    const { project, one, other, gate } = await together();
    const cancelled = shown((await runOnTerminal(project, START, ['what', ''])).out);
    expect(cancelled).toContain(
      `⚠ API ↔ Mobile: 1 potential conflict\n  • shared/user.ts modified by both (${one}, ${other})`,
    );
    expect(cancelled).toContain('[Proceed Anyway]  [Adjust Sections]  [One After the Other]  [Cancel]');
    expect(cancelled).toContain('One of: p (proceed anyway)');
    expect(cancelled).toContain('No runner was started.');

    // Moved to the other's section, which codes one task at a time.
    const moved = shown((await runOnTerminal(project, START, ['a', '9', '4', 'n'])).out);
    expect(moved).toContain(`${one} “Tokens” (API) and ${other} “Screens” (Mobile): shared/user.ts
  1. ${one} after ${other}
  2. ${one} to section Mobile
  3. ${other} after ${one}
  4. ${other} to section API
  5. leave them as they are
`);
    expect(moved).toContain('A number from 1 to 5.');
    expect(moved).toMatch(
      /Choice \[5\]: 4\s+✓ No conflicts detected between API and Mobile sections\.\s+Proceed\?/,
    );
    expect((await show(project, other)).section).toBe('API');
    await project.json(['tasks', 'edit', other, '--section', 'Mobile']);

    const waits = shown((await runOnTerminal(project, START, ['a', '3', 'n'])).out);
    expect(waits).toContain('No runner was started.');
    const after = async () => JSON.stringify(await show(project, other));
    expect(await after()).toContain(one);
    await project.json(['tasks', 'edit', other, '--after', gate]);
    expect(await after()).not.toContain(one);

    const inTurn = shown((await runOnTerminal(project, START, ['o'])).out);
    expect(inTurn).toContain(`✓ ${other} comes after ${one}`);
    expect(await after()).toContain(one);
    expect(await sectionsAtWork(project)).toEqual(['API', 'Mobile']);

    await stopMobile(project);
    await project.json(['tasks', 'edit', other, '--after', gate]);
    await runOnTerminal(project, START, ['p']);
    expect(await sectionsAtWork(project)).toEqual(['API', 'Mobile']);
  },
  MINUTES,
);

test(
  'without a terminal nothing ever asks: it warns and starts',
  async () => {
    const { project } = await together();
    const ran = await project.run(...START);
    expect(ran.code).toBe(0);
    expect(ran.err).toContain('⚠️  Another runner is active (section: API)');
    expect(ran.err).toContain('⚠ API ↔ Mobile: 1 potential conflict');
    expect(ran.err).not.toContain('Choice');
    expect(await sectionsAtWork(project)).toEqual(['API', 'Mobile']);

    // Whoever is refused anyhow is not kept waiting by an analysis.
    const full = await project.run('runners', 'start', '--section', 'API', '--detach');
    expect(full.code).toBe(4);
    expect(full.err).not.toContain('analysis');
  },
  MINUTES,
);

test(
  'on a terminal, --yes and onStart: warn ask nobody; off says nothing',
  async () => {
    const { project } = await together();
    const yes = await runOnTerminal(project, [...START, '--yes'], []);
    await stopMobile(project);
    await configure(project, { onStart: 'warn' });
    const warned = await runOnTerminal(project, START, []);
    for (const { out } of [yes, warned]) {
      expect(out).toContain('⚠ API ↔ Mobile: 1 potential conflict');
      expect(out).not.toContain('Choice');
      expect(out).toContain('runner-2');
    }
    await stopMobile(project);
    await configure(project, { onStart: 'off' });
    expect((await runOnTerminal(project, START, [])).out).not.toContain('⚠');
    expect(await sectionsAtWork(project)).toEqual(['API', 'Mobile']);
  },
  MINUTES,
);

test(
  '--analyze-conflicts analyzes also where nobody else is at work; a first runner hears of nothing',
  async () => {
    const project = await makeProject();
    onTestFinished(async () => void (await project.run('runners', 'stop', '--now')));
    await project.json(['sections', 'add', 'API']);
    const start = ['runners', 'start', '--section', 'API', '--detach'];
    const ran = await project.run(...start, '--analyze-conflicts', '--json');
    expect(ran.err).toContain('Running conflict analysis...');
    expect(JSON.parse(ran.out)).toMatchObject({ number: 1 });
    await project.run('runners', 'stop', '--now');
    expect((await project.run(...start)).err).toBe('');
  },
  MINUTES,
);

const logical = (taskA: string, taskB: string) =>
  JSON.stringify({
    canRunInParallel: false,
    confidence: 'high',
    fileConflicts: [],
    buildConflicts: [],
    logicalConflicts: [
      { taskA, taskB, description: 'login needs the new token', risk: 'high', mitigation: 'wait for it' },
    ],
    timingRisks: [],
    recommendations: [],
    safeParallelGroups: [],
  });

test(
  'a model and a program are asked too; whatever becomes of them, it starts',
  async () => {
    const { project, one, other } = await apart({
      analysts: ['model', 'local'],
      commands: { local: 'cat > "$HOME/asked"; cat "$HOME/answer"' },
    });
    const provider = await startProvider(
      says(logical(one, other)),
      fails(529, 'overloaded_error', 'busy', { 'retry-after': '600' }),
    );
    Object.assign(project.environment, { ANTHROPIC_BASE_URL: provider.url, ANTHROPIC_API_KEY: 'sk-x' });
    writeFileSync(path.join(project.outside, 'answer'), 'I cannot say.\n');
    const first = await project.run(...START);
    expect(first.err).toContain('claude-haiku-4-5 took 2 tokens');
    expect(first.err).toContain('local had no say: its program gave no analysis, asked 3 times');
    expect(first.err).toContain('⚠ API ↔ Mobile: 1 potential conflict\n  • login needs the new token');
    expect(existsSync(path.join(project.outside, 'asked'))).toBe(true);
    expect(await sectionsAtWork(project)).toEqual(['API', 'Mobile']);

    await stopMobile(project);
    await configure(project, { analysts: ['model'] });
    const overloaded = await project.run(...START);
    expect(overloaded.err).toContain('claude-haiku-4-5 had no say: the provider is overloaded');
    expect(overloaded.err).toContain('✓ No conflicts detected between API and Mobile sections.');
    expect(await sectionsAtWork(project)).toEqual(['API', 'Mobile']);

    await stopMobile(project);
    await configure(project, { analysts: ['model'], template: 'no/such.md' });
    const broken = await project.run(...START);
    expect(broken.err).toContain(
      'The analysis has no answer, and stops nothing: analysis.template is no/such.md',
    );
    expect(await sectionsAtWork(project)).toEqual(['API', 'Mobile']);
    const asked = await project.run('runners', 'start', '--analyze-conflicts', '--once');
    expect(asked).toMatchObject({ code: 2, err: expect.stringContaining('there is no such file') });
  },
  MINUTES,
);
