import { type Body, type Dialect, type Event, list, newId, pieces, type Turn } from './dialect.ts';

const USAGE = {
  input_tokens: 120,
  cache_creation_input_tokens: 30,
  cache_read_input_tokens: 50,
  output_tokens: 40,
};

/** docs.anthropic.com/en/api/messages, …/errors, …/streaming */
export const anthropic: Dialect = {
  name: 'anthropic',
  answers: (path) => /\/messages$/.test(path),
  streams: (_, body) => body.stream === true,
  offersTools: (body) => list(body.tools).length > 0,
  turnsSoFar: (body) =>
    list(body.messages).filter(
      ({ role, content }) => role === 'assistant' && list(content).some(({ type }) => type === 'tool_use'),
    ).length,
  whole: (turn, model) => ({
    ...message(model),
    content: blocks(turn),
    stop_reason: stopReason(turn),
    usage: USAGE,
  }),
  stream,
  error: (status, model) => ({
    type: 'error',
    error: {
      type: ERRORS[status]?.[0] ?? 'api_error',
      message: ERRORS[status]?.[1](model) ?? 'Internal server error',
    },
    request_id: 'req_0001',
  }),
};

const ERRORS: Readonly<Record<number, readonly [string, (model: string) => string]>> = {
  400: ['invalid_request_error', () => 'messages: at least one message is required'],
  401: ['authentication_error', () => 'invalid x-api-key'],
  404: ['not_found_error', (model) => `model: ${model}`],
  429: [
    'rate_limit_error',
    () => 'This request would exceed your organization’s rate limit of 50 requests per minute.',
  ],
  529: ['overloaded_error', () => 'Overloaded'],
};

const message = (model: string) => ({
  id: newId('msg'),
  type: 'message',
  role: 'assistant',
  model,
  stop_sequence: null,
});

function blocks(turn: Turn): readonly Body[] {
  if (turn.refusal) return [];
  return [
    ...(turn.text === '' ? [] : [{ type: 'text', text: turn.text }]),
    ...(turn.calls ?? []).map(({ tool, input }) => ({
      type: 'tool_use',
      id: newId('toolu'),
      name: tool,
      input,
    })),
  ];
}

function stopReason(turn: Turn): string {
  if (turn.refusal) return 'refusal';
  return turn.calls?.length ? 'tool_use' : 'end_turn';
}

function stream(turn: Turn, model: string): readonly Event[] {
  const named = (data: { readonly type: string } & Body): Event => ({ event: data.type, data });
  const start = { ...message(model), content: [], stop_reason: null, usage: { ...USAGE, output_tokens: 1 } };
  return [
    named({ type: 'message_start', message: start }),
    ...blocks(turn).flatMap((block, index) => {
      const isText = block.type === 'text';
      const deltas = isText
        ? pieces(String(block.text)).map((text) => ({ type: 'text_delta', text }))
        : pieces(JSON.stringify(block.input)).map((json) => ({
            type: 'input_json_delta',
            partial_json: json,
          }));
      const content_block = isText ? { type: 'text', text: '' } : { ...block, input: {} };
      return [
        named({ type: 'content_block_start', index, content_block }),
        ...deltas.map((delta) => named({ type: 'content_block_delta', index, delta })),
        named({ type: 'content_block_stop', index }),
      ];
    }),
    named({
      type: 'message_delta',
      delta: { stop_reason: stopReason(turn), stop_sequence: null },
      usage: { output_tokens: USAGE.output_tokens },
    }),
    named({ type: 'message_stop' }),
  ];
}
