import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { ProgramConfig } from '../../src/config/schema.ts';
import { missingKey } from '../../src/orchestrator/missingKey.ts';
import { temporaryFolder } from '../support/folder.ts';

const found = (agent: ProgramConfig['agent'], environment: Record<string, string>) =>
  missingKey({ environment }, { agent });

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
  expect(await missingKey({ environment: { HOME } }, { command: 'true' })).toBeUndefined();
  // Of an agent that is started by a command of the configuration nobody knows where it looks.
  expect(await missingKey({ environment: { HOME } }, { agent: 'acp', command: ['it'] })).toBeUndefined();
});
