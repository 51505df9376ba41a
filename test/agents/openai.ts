// OpenAI's two interfaces: Chat Completions, and Responses.

import { type Body, type Dialect, type Event, list, newId, pieces, type Turn } from './dialect.ts';

const ERRORS: Readonly<Record<number, (model: string) => Body>> = {
  400: () => ({ message: 'Invalid request.', type: 'invalid_request_error', code: null }),
  401: () => ({
    message: 'Incorrect API key provided: sk-dummy.',
    type: 'invalid_request_error',
    code: 'invalid_api_key',
  }),
  404: (model) => ({
    message: `The model \`${model}\` does not exist or you do not have access to it.`,
    type: 'invalid_request_error',
    code: 'model_not_found',
  }),
  429: () => ({
    message: 'Rate limit reached for requests per min. Please try again in 20s.',
    type: 'requests',
    code: 'rate_limit_exceeded',
  }),
};

const error = (status: number, model: string) => ({
  error: {
    param: null,
    ...(ERRORS[status]?.(model) ?? {
      message: 'The server is overloaded.',
      type: 'server_error',
      code: null,
    }),
  },
});

const CHAT_USAGE = {
  prompt_tokens: 200,
  completion_tokens: 40,
  total_tokens: 240,
  prompt_tokens_details: { cached_tokens: 50 },
};

/** platform.openai.com/docs/api-reference/chat */
export const chat: Dialect = {
  name: 'chat',
  answers: (path) => /\/chat\/completions$/.test(path),
  streams: (_, body) => body.stream === true,
  offersTools: (body) => list(body.tools).length > 0,
  turnsSoFar: (body) =>
    list(body.messages).filter((one) => one.role === 'assistant' && list(one.tool_calls).length > 0).length,
  whole: (turn, model) => ({
    ...completion('chat.completion', model),
    choices: [
      {
        index: 0,
        message: turn.refusal
          ? { role: 'assistant', content: null, refusal: REFUSED }
          : { role: 'assistant', content: turn.text, refusal: null, ...toolCalls(turn) },
        finish_reason: turn.refusal ? 'content_filter' : turn.calls?.length ? 'tool_calls' : 'stop',
      },
    ],
    usage: CHAT_USAGE,
  }),
  stream: streamChat,
  error,
};

const REFUSED = 'I cannot help with that.';

const completion = (object: string, model: string) => ({
  id: newId('chatcmpl'),
  object,
  created: 1764000000,
  model,
});

function toolCalls(turn: Turn): Body {
  if (!turn.calls?.length) return {};
  return {
    tool_calls: turn.calls.map(({ tool, input }, index) => ({
      index,
      id: newId('call'),
      type: 'function',
      function: { name: tool, arguments: JSON.stringify(input) },
    })),
  };
}

function streamChat(turn: Turn, model: string): readonly Event[] {
  const base = completion('chat.completion.chunk', model);
  const chunk = (delta: Body, finish_reason: string | null = null): Event => ({
    data: { ...base, choices: [{ index: 0, delta, finish_reason }] },
  });
  const said: readonly Body[] = turn.refusal
    ? [{ refusal: REFUSED }]
    : [
        ...pieces(turn.text).map((content) => ({ content })),
        ...(turn.calls?.length ? [toolCalls(turn)] : []),
      ];
  return [
    chunk({ role: 'assistant', content: '' }),
    ...said.map((delta) => chunk(delta)),
    chunk({}, turn.refusal ? 'content_filter' : turn.calls?.length ? 'tool_calls' : 'stop'),
    { data: { ...base, choices: [], usage: CHAT_USAGE } },
    { data: '[DONE]' },
  ];
}

const RESPONSES_USAGE = {
  input_tokens: 200,
  input_tokens_details: { cached_tokens: 50 },
  output_tokens: 40,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: 240,
};

/** platform.openai.com/docs/api-reference/responses, …/responses-streaming */
export const responses: Dialect = {
  name: 'responses',
  answers: (path) => /\/responses$/.test(path),
  streams: (_, body) => body.stream === true,
  offersTools: (body) => list(body.tools).length > 0,
  turnsSoFar: (body) => list(body.input).filter(({ type }) => /_call_output$/.test(String(type))).length,
  whole: (turn, model) => response(items(turn), model),
  stream: streamResponses,
  error,
};

function response(output: readonly Body[], model: string, status = 'completed') {
  const usage = status === 'completed' ? RESPONSES_USAGE : null;
  return {
    id: newId('resp'),
    object: 'response',
    created_at: 1764000000,
    status,
    model,
    output,
    usage,
    error: null,
  };
}

function items(turn: Turn): readonly Body[] {
  const content = turn.refusal
    ? { type: 'refusal', refusal: REFUSED }
    : { type: 'output_text', text: turn.text, annotations: [] };
  const text = {
    type: 'message',
    id: newId('msg'),
    status: 'completed',
    role: 'assistant',
    content: [content],
  };
  const calls = (turn.calls ?? []).map(({ tool, namespace, input }) => ({
    // A tool that takes plain text (Codex' apply_patch) is called with `text` alone.
    ...(typeof input.text === 'string' && Object.keys(input).length === 1
      ? { type: 'custom_tool_call', input: input.text }
      : { type: 'function_call', arguments: JSON.stringify(input) }),
    id: newId('fc'),
    call_id: newId('call'),
    name: tool,
    ...(namespace === undefined ? {} : { namespace }),
    status: 'completed',
  }));
  return turn.text === '' && !turn.refusal ? calls : [text, ...calls];
}

function streamResponses(turn: Turn, model: string): readonly Event[] {
  const named = (data: { readonly type: string } & Body): Event => ({ event: data.type, data });
  const output = items(turn);
  return [
    named({ type: 'response.created', response: response([], model, 'in_progress') }),
    ...output.flatMap((item, output_index) => [
      named({
        type: 'response.output_item.added',
        output_index,
        item: { ...item, status: 'in_progress', content: [] },
      }),
      ...(item.type === 'message' && !turn.refusal
        ? pieces(turn.text).map((delta) =>
            named({
              type: 'response.output_text.delta',
              output_index,
              content_index: 0,
              item_id: item.id,
              delta,
            }),
          )
        : []),
      named({ type: 'response.output_item.done', output_index, item }),
    ]),
    named({ type: 'response.completed', response: response(output, model) }),
  ];
}
