import { expect, test } from 'vitest';
import { limitOf } from '../../../src/coder/agents/limit.ts';

test.each([
  ['429 {"type":"error","error":{"type":"rate_limit_error","message":"slow down"}}', 'rate'],
  [
    'API Error: 529 {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}',
    'overloaded',
  ],
  ['unexpected status 503 Service Unavailable', 'overloaded'],
  ['You exceeded your current quota, please check your plan and billing details', 'quota'],
  ['Your credit balance is too low to access the Anthropic API', 'quota'],
  ["You've hit your usage limit. Try again in 3 days 4 hours.", 'quota'],
  ['401 {"error":{"message":"Incorrect API key provided"}}', 'login'],
  ['OAuth token has expired. Please run /login', 'login'],
  ['The model `gpt-9` does not exist or you do not have access to it.', 'model'],
  ['404 {"type":"error","error":{"type":"not_found_error","message":"model: no-such-model"}}', 'model'],
  ['Internal error: model: no-such-model', 'model'],
  ['This request violates our Usage Policy', 'refusal'],
] as const)('%s', (text, kind) => {
  expect(limitOf(text)?.kind).toBe(kind);
});

test.each(['Connection error.', 'wrote 429 lines', 'ENOENT: no such file', '500 Internal server error', ''])(
  '%s is no limit',
  (text) => {
    expect(limitOf(text)).toBeNull();
  },
);

test.each([
  ['429: Please try again in 20s.', 20_000],
  ['Rate limit: try again in 1m30.5s', 90_500],
  ['Too many requests, retry after 2 minutes', 120_000],
  ['Too many requests "retryDelay": "12s"', 12_000],
  ['usage limit: try again in 3 days 4 hours', 273_600_000],
  ['rate limit, retry after 250 ms', 250],
])('%s: wait', (text, wait) => {
  expect(limitOf(text)).toMatchObject({ wait, until: null });
});

test.each([
  ['usage limit reached|resets 1795617707', 1_795_617_707_000],
  ['rate limit resets at 2026-11-25T15:00:00Z', Date.UTC(2026, 10, 25, 15)],
])('%s: until', (text, until) => {
  expect(limitOf(text)?.until).toBe(until);
});
