import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { CoderConfig } from '../../src/config/schema.ts';
import { missingKey } from '../../src/orchestrator/missingKey.ts';
import { temporaryFolder } from '../support/folder.ts';

const coder = (agent: CoderConfig['agent']): CoderConfig => ({ agent, timeLimit: 1, repeatLimit: 25 });
const found = (agent: CoderConfig['agent'], environment: Record<string, string>) =>
  missingKey({ environment }, coder(agent));

test.runIf(process.platform === 'linux')(
  'an agent without a key and without a login: which variable, and how to log in',
  async () => {
    const HOME = temporaryFolder();
    expect(await found('codex', { HOME })).toEqual({
      sentence: 'Codex has no key (CODEX_API_KEY) and no login that could be found',
      remedy: 'Set CODEX_API_KEY where runners start, or log in: codex login',
    });
    // Another provider's key is of no use to it.
    expect(await found('codex', { HOME, ANTHROPIC_API_KEY: 'k' })).toBeDefined();
  },
);

test('no alarm where it has a key, a login of its own, credentials elsewhere, or is a command', async () => {
  const HOME = temporaryFolder();
  expect(await found('codex', { HOME, CODEX_API_KEY: 'k' })).toBeUndefined();
  expect(await found('pi', { HOME, MISTRAL_API_KEY: 'k' })).toBeUndefined();
  expect(await found('claude', { HOME, CLAUDE_CODE_USE_BEDROCK: '1' })).toBeUndefined();
  mkdirSync(path.join(HOME, '.codex'));
  writeFileSync(path.join(HOME, '.codex/auth.json'), '{}');
  expect(await found('codex', { HOME })).toBeUndefined();
  const command = { command: 'true', timeLimit: 1, repeatLimit: 25 };
  expect(await missingKey({ environment: { HOME } }, command)).toBeUndefined();
});
