// Whoever is asked about conflicts, and the words in which: doctor says what would keep them from having a say.

import { expect, test } from 'vitest';
import { makeProject, type TestProject } from '../support/project.ts';

interface Finding {
  readonly check: string;
  readonly level: string;
  readonly sentence: string;
  readonly remedy: string | null;
}

async function analysisFindings(project: TestProject): Promise<Finding[]> {
  const { findings } = await project.json(['doctor']);
  return findings.filter(({ check }: Finding) => check === 'analysis');
}

test.each([
  ['is not there', undefined, 'there is no such file'],
  ['has no tasks in it', 'Look: {{schema}}', 'it has no {{tasks}}, which is what is asked about'],
  ['has a part that there is none of', '{{tasks}}\n{{schem}}', 'line 2: there is no part {{schem}}.'],
])('a template that %s', async (_, text, mistake) => {
  const project = await makeProject({
    config: { analysis: { template: 'ask.md' } },
    files: text === undefined ? {} : { 'ask.md': text },
  });
  const [found] = await analysisFindings(project);
  expect(found).toMatchObject({ level: 'warning', sentence: expect.stringContaining(mistake) });
  expect(found?.sentence).toContain('analysis.template is ask.md, and on main');
  expect(found?.remedy).toContain('Correct ask.md there');
});

test('a program that is not there, an agent that is not installed, a model without a key', async () => {
  const analysts = ['mine', 'codex', 'model'];
  const commands = { mine: ['no-such-analyst'] };
  const project = await makeProject({ config: { analysis: { analysts, commands } } });
  const found = await analysisFindings(project);
  expect(found.every(({ level, remedy }) => level === 'warning' && remedy)).toBe(true);
  const said = found.map(({ sentence }) => sentence).join('\n');
  expect(said).toContain('analysis.commands.mine');
  expect(said).toContain('Codex is not installed');
  expect(said).toContain('analysis.analysts: model: the variable ANTHROPIC_API_KEY');
});

test('what is sound is named; where nobody is named nothing is said', async () => {
  const analysis = { analysts: ['mine'], commands: { mine: 'cat' }, template: 'ask.md' };
  const files = { 'ask.md': 'What of {{tasks}}? {{schema}}' };
  expect(await analysisFindings(await makeProject({ config: { analysis }, files }))).toMatchObject([
    { level: 'ok', sentence: 'static, mine, in the words of ask.md' },
  ]);
  expect(await analysisFindings(await makeProject())).toEqual([]);
});
