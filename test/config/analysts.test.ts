// `analysis` in the configuration: who is asked about conflicts, and by what words.

import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { ANALYSIS_TEMPLATE, mistakeInAnalysisTemplate } from '../../src/config/analysisTemplate.ts';
import { namedAnalyst } from '../../src/config/analysts.ts';
import { parseConfig, showValues } from '../../src/config/parse.ts';
import { ownKeys } from '../../src/config/reviewers.ts';

const parse = (analysis: object) => parseConfig(stringify({ version: 1, analysis }), 'here');

test('a bare command has the usual time limit, and is shown as what the file gives', () => {
  const parsed = parse({
    commands: { one: 'codex exec', two: ['llm', '-'], three: { agent: 'pi', timeLimit: '9s' } },
  });
  expect(parsed.config.analysis.commands).toEqual({
    one: { command: 'codex exec', timeLimit: 300_000 },
    two: { command: ['llm', '-'], timeLimit: 300_000 },
    three: { agent: 'pi', timeLimit: 9_000 },
  });
  const shown = showValues(parsed).filter(({ key }) => key.startsWith('analysis.commands.'));
  expect(shown).toContainEqual({ key: 'analysis.commands.one.command', value: 'codex exec', source: 'file' });
  expect(shown).toContainEqual({ key: 'analysis.commands.three.timeLimit', value: 9_000, source: 'file' });
});

test('a name is the model, one of the commands, or an agent; a command may have the name of an agent', () => {
  const { config } = parse({ analysts: ['model', 'codex', 'pi'], commands: { codex: 'codex exec -' } });
  expect(namedAnalyst(config, 'model')).toEqual({ kind: 'model' });
  expect(namedAnalyst(config, 'codex')).toMatchObject({ config: { command: 'codex exec -' } });
  expect(namedAnalyst(config, 'pi')).toMatchObject({ config: { agent: 'pi' } });
  expect(namedAnalyst(config, 'toString')).toMatchObject({ kind: 'unknown' });
});

describe('what is wrong is said, and where', () => {
  test.each([
    [{ analysts: ['modl'] }, /^here:4:7: analyst "modl" is neither .* Did you mean "model"\?$/],
    [{ analysts: ['static'] }, /analyst "static" is always asked: leave it out/],
    [{ analysts: ['model', 'model'] }, /^here:5:7: analyst "model" is named twice$/],
    [{ commands: { model: 'true' } }, /^here:4:5: "model" is no name for a command/],
    [{ commands: { a: { command: 'true', agent: 'pi' } } }, /one of: a command, or an agent/],
    [{ commands: { a: {} } }, /one of: a command, or an agent/],
    [{ commands: { a: { agent: 'acp' } } }, /over ACP, agents only code/],
    [{ commands: { a: { command: 'true', model: 'm' } } }, /model and args go with an agent/],
    [{ commands: { a: 7 } }, /analysis\.commands\.a/],
    [{ template: '../ask.md' }, /a path from the top of the repository/],
    [{ onStart: 'always' }, /analysis\.onStart/],
  ])('%j', (analysis, sentence) => {
    expect(() => parse(analysis)).toThrow(sentence);
  });
});

test('a key of the model alone is kept from everybody else', () => {
  expect(ownKeys(parse({ key: 'MY_KEY' }).config)).toEqual(['MY_KEY']);
  expect(ownKeys(parse({}).config)).toEqual([]);
});

test.each([
  [ANALYSIS_TEMPLATE, undefined],
  ['{{tasks}} {{schema}}', undefined],
  ['{{tasks}}\n{{scheme}}\n', 'line 2: there is no part {{scheme}}. Did you mean "schema"?'],
  ['{{schema}}\n', 'it has no {{tasks}}, which is what is asked about'],
  ['{{tasks}}\n', 'it has no {{schema}}, which is how the answer is to look'],
  [
    `{{tasks}}{{schema}}${'x'.repeat(60_000)}`,
    'it has 60019 characters, more than half of analysis.limit (100000)',
  ],
])('a template: %.30j', (template, mistake) => {
  expect(mistakeInAnalysisTemplate(template, 100_000)).toBe(mistake);
});
