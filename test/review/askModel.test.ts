// The provider's SDK against a stand-in on loopback: what is an answer, and the sentence for everything that is none.

import { describe, expect, test, vi } from 'vitest';
import { askModel } from '../../src/model/anthropic.ts';
import { VERDICT_SCHEMA } from '../../src/review/verdict.ts';
import type { Tokens } from '../../src/task/tokens.ts';
import { fails, type Reply, says, startProvider } from '../support/provider.ts';

const VERDICT = JSON.stringify({ decision: 'approve', reason: 'schön', findings: [] });

async function ask(...replies: readonly Reply[]) {
  const provider = await startProvider(...replies);
  vi.stubEnv('ANTHROPIC_BASE_URL', provider.url);
  const model = { name: 'some-model', maxTokens: 500, key: 'sk-test', keyVariable: 'REVIEW_KEY' };
  const counted: Tokens[] = [];
  const question = { system: 'You review.', text: 'the dossier', schema: VERDICT_SCHEMA };
  const answered = await askModel(model, question, (more) => counted.push(more));
  vi.unstubAllEnvs();
  return { answered, asked: provider.asked, counted };
}

test('a whole answer, asked for in the shape of a verdict', async () => {
  const { answered, asked } = await ask(says(VERDICT));
  expect(answered).toEqual({ kind: 'answered', text: VERDICT });
  expect(asked).toHaveLength(1);
  expect(asked[0]?.body).toMatchObject({
    model: 'some-model',
    max_tokens: 500,
    system: 'You review.',
    stream: true,
    messages: [{ role: 'user', content: 'the dossier' }],
    output_config: {
      format: { type: 'json_schema', schema: { required: ['decision', 'reason', 'findings'] } },
    },
  });
  expect(JSON.stringify(asked[0]?.headers)).toContain('sk-test');
});

const NO_JSON: Reply = (response) => {
  response.writeHead(400).end('<html>');
};

describe('no answer, but a sentence', () => {
  test.each([
    [
      '400',
      fails(400, 'invalid_request_error', 'max_tokens: too large'),
      1,
      'the provider does not take the question (400): max_tokens: too large',
    ],
    [
      '401',
      fails(401, 'authentication_error', 'invalid x-api-key'),
      1,
      'the key in REVIEW_KEY is not accepted (401): invalid x-api-key',
    ],
    ['403', fails(403, 'permission_error', 'no'), 1, 'the key in REVIEW_KEY may not ask this (403): no'],
    [
      '404',
      fails(404, 'not_found_error', 'model: some-model'),
      1,
      'there is no model "some-model" for this key (404): model: some-model',
    ],
    [
      '429 without retry-after',
      fails(429, 'rate_limit_error', 'slow down'),
      3,
      'the provider limits how much is asked (429): slow down',
    ],
    [
      '429 with a short retry-after',
      fails(429, 'rate_limit_error', 'slow down', { 'retry-after': '0.1' }),
      3,
      'the provider limits how much is asked (429), to be asked again in 1 s: slow down',
    ],
    [
      '429 with a long retry-after',
      fails(429, 'rate_limit_error', 'slow down', { 'retry-after': '3600' }),
      1,
      'the provider limits how much is asked (429), to be asked again in 3600 s: slow down',
    ],
    [
      '529',
      fails(529, 'overloaded_error', 'Overloaded', { 'retry-after': '0.1' }),
      3,
      'the provider is overloaded (529), to be asked again in 1 s: Overloaded',
    ],
    ['500', fails(500, 'api_error', 'oops', { 'retry-after': '0.1' }), 3, 'the provider failed (500): oops'],
    ['an error that is not JSON', NO_JSON, 1, 'the provider does not take the question (400)'],
    [
      'an error in the midst of it',
      says(VERDICT, { end: { after: 2, how: 'error' } }),
      1,
      'the provider is overloaded (overloaded_error): busy',
    ],
    ['a refusal', says(VERDICT, { stop: 'refusal' }), 1, 'the model refused to answer'],
    [
      'an answer over the limit',
      says(VERDICT, { stop: 'max_tokens' }),
      1,
      'the answer has more than 500 tokens (maxTokens), and was cut',
    ],
    [
      'a question that is too long',
      says('', { stop: 'model_context_window_exceeded' }),
      1,
      'the question and its answer do not fit into what the model reads at once',
    ],
    [
      'another end',
      says(VERDICT, { stop: 'pause_turn' }),
      1,
      'the model stopped before its answer was whole (pause_turn)',
    ],
    [
      'a stream that ends early',
      says(VERDICT, { end: { after: 8, how: 'end' } }),
      1,
      'the connection was cut before the answer was whole',
    ],
    [
      'events that are not JSON',
      says(VERDICT, { end: { after: 8, how: 'garbage' } }),
      1,
      'the provider sent what is not JSON',
    ],
  ] as const)('%s', async (_, reply, times, reason) => {
    const { answered, asked } = await ask(reply);
    expect(answered).toMatchObject({ kind: 'failed', reason });
    expect(asked).toHaveLength(times);
  });

  test('a cut connection', async () => {
    const { answered } = await ask(says(VERDICT, { end: { after: 3, how: 'cut' }, pause: 5 }));
    expect(answered).toMatchObject({
      kind: 'failed',
      reason: expect.stringMatching(/^the connection was cut before the answer was whole: /),
    });
  });

  test('a provider that is not there', async () => {
    vi.stubEnv('ANTHROPIC_BASE_URL', 'http://127.0.0.1:9');
    const model = { name: 'x', maxTokens: 5, key: 'k', keyVariable: 'K' };
    const counting = vi.fn();
    expect(await askModel(model, { system: '', text: 'x', schema: {} }, counting)).toMatchObject({
      kind: 'failed',
      reason: expect.stringMatching(/^the provider cannot be reached: /),
    });
    expect(counting).not.toHaveBeenCalled();
    vi.unstubAllEnvs();
  });
});

test('who is busy for a moment is asked again', async () => {
  const { answered, asked } = await ask(
    fails(529, 'overloaded_error', 'busy', { 'retry-after': '0.1' }),
    says(VERDICT),
  );
  expect(answered).toMatchObject({ kind: 'answered' });
  expect(asked).toHaveLength(2);
});

test.each([
  [429, 'rate_limit_error', 'slow down', { 'retry-after': '3600' }, { kind: 'rate', wait: 3_600_000 }],
  [401, 'authentication_error', 'invalid x-api-key', {}, { kind: 'login' }],
  [400, 'invalid_request_error', 'Your credit balance is too low', {}, { kind: 'quota' }],
  [400, 'invalid_request_error', 'max_tokens: too large', {}, null],
  [404, 'not_found_error', 'model: some-model', {}, null],
] as const)('%i %s: %s', async (status, type, message, headers, limit) => {
  const { answered } = await ask(fails(status, type, message, headers));
  expect(answered).toMatchObject({ kind: 'failed', limit: limit && { until: null, ...limit } });
});

describe('tokens', () => {
  const usage = {
    begins: {
      input_tokens: 90,
      output_tokens: 2,
      cache_read_input_tokens: 30,
      cache_creation_input_tokens: 4,
    },
    ends: { output_tokens: 25, cache_read_input_tokens: null },
  };
  const begun = { input: 90, output: 2, cacheRead: 30, cacheWrite: 4 };
  const rest = { input: 0, output: 23, cacheRead: 0, cacheWrite: 0 };

  test('are told as they are counted, each once', async () => {
    expect((await ask(says(VERDICT, { usage }))).counted).toEqual([begun, rest]);
  });

  test('of an answer that was cut are those that were told before', async () => {
    const end = { after: 2, how: 'error' } as const;
    expect((await ask(says(VERDICT, { usage, end }))).counted).toEqual([begun]);
  });

  test('of an answer that is none because it is too long are counted too', async () => {
    const { answered, counted } = await ask(says(VERDICT, { usage, stop: 'max_tokens' }));
    expect(answered.kind).toBe('failed');
    expect(counted).toEqual([begun, rest]);
  });
});
