// The stand-in for the providers, which the real agents and the reviewers' SDK are tested against.

import { afterEach, expect, test } from 'vitest';
import { type Script, type Stub, startStub } from '../../agents/stub.ts';

let stub: Stub | undefined;

afterEach(async () => {
  await stub?.close();
});

const CALL = { tool: 'write', input: { path: 'a', content: 'b' } };
const TURNS: Script['turns'] = [{ text: 'I write.', calls: [CALL] }, { text: 'All of it is done by now.' }];
const TOOLS = { tools: [{ name: 'write' }] };

async function ask(script: Script, path: string, body: unknown): Promise<Response> {
  stub = await startStub(script);
  return await fetch(`${stub.url}${path}`, { method: 'POST', body: JSON.stringify(body) });
}

const ANTHROPIC_ANSWER = {
  role: 'assistant',
  content: [{ type: 'tool_use', id: 't', name: 'write', input: {} }],
};

test.each([
  ['/v1/messages', { ...TOOLS, messages: [] }, 'tool_use'],
  ['/v1/chat/completions', { ...TOOLS, messages: [] }, 'tool_calls'],
  ['/v1/responses', { ...TOOLS, input: [] }, 'function_call'],
  ['/v1beta/models/gemini-x:generateContent', { ...TOOLS, contents: [] }, 'functionCall'],
])('%s answers with the first turn, streamed and whole', async (path, body, word) => {
  expect(await (await ask({ turns: TURNS }, path, body)).text()).toContain(word);
  await stub?.close();
  const streaming = path.replace(':generate', ':streamGenerate');
  const streamed = await ask({ turns: TURNS }, streaming, { ...body, stream: true });
  expect(streamed.headers.get('content-type')).toBe('text/event-stream');
  expect(await streamed.text()).toContain(word);
});

test('the conversation says which turn it is, and requests without tools count for none', async () => {
  const messages = [{ role: 'user', content: 'Do it.' }, ANTHROPIC_ANSWER];
  const answer = await (await ask({ turns: TURNS }, '/v1/messages', { ...TOOLS, messages })).json();
  expect(answer).toMatchObject({ content: [{ text: 'All of it is done by now.' }], stop_reason: 'end_turn' });
  const aside = await fetch(`${stub?.url}/v1/messages`, { method: 'POST', body: '{"messages":[]}' });
  expect(await aside.json()).toMatchObject({ stop_reason: 'end_turn' });
  expect(stub?.asked.map(({ path }) => path)).toEqual(['/v1/messages', '/v1/messages']);
});

test('faults are met one by one, then what holds for all', async () => {
  const script: Script = {
    turns: TURNS,
    faults: [{ kind: 'status', status: 429, retryAfter: 7 }, { kind: 'malformed' }],
    always: { kind: 'status', status: 529 },
  };
  const body = { ...TOOLS, messages: [], model: 'm' };
  const limited = await ask(script, '/v1/messages', body);
  expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '7']);
  expect(await limited.json()).toMatchObject({ error: { type: 'rate_limit_error' } });
  const again = async () => fetch(`${stub?.url}/v1/messages`, { method: 'POST', body: JSON.stringify(body) });
  await expect((await again()).json()).rejects.toThrow(SyntaxError);
  expect((await again()).status).toBe(529);
  expect((await again()).status).toBe(529);
});

test('a cut connection breaks in the middle, a slow one does not', async () => {
  const body = { messages: [], stream: true };
  const cut = await ask({ turns: TURNS, always: { kind: 'cut' } }, '/v1/messages', body);
  await expect(cut.text()).rejects.toThrow();
  await stub?.close();
  const slow = await ask({ turns: TURNS, always: { kind: 'slow', pause: 5 } }, '/v1/messages', body);
  expect(await slow.text()).toContain('message_stop');
});

test.each([
  ['/v1/messages', '"stop_reason":"refusal"'],
  ['/v1/chat/completions', '"finish_reason":"content_filter"'],
  ['/v1/responses', '"type":"refusal"'],
  ['/v1beta/models/gemini-x:generateContent', '"finishReason":"PROHIBITED_CONTENT"'],
])('%s refuses', async (path, word) => {
  const answer = await ask({ turns: [{ text: '', refusal: true }] }, path, { ...TOOLS, messages: [] });
  expect(await answer.text()).toContain(word);
});
