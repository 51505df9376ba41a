import { type Body, type Dialect, list, pieces, type Turn } from './dialect.ts';

const ERRORS: Readonly<Record<number, readonly [string, (model: string) => string]>> = {
  400: ['INVALID_ARGUMENT', () => 'Request contains an invalid argument.'],
  401: ['UNAUTHENTICATED', () => 'API key not valid. Please pass a valid API key.'],
  404: [
    'NOT_FOUND',
    (model) =>
      `models/${model} is not found for API version v1beta, or is not supported for generateContent.`,
  ],
  429: ['RESOURCE_EXHAUSTED', () => 'Resource has been exhausted (e.g. check the request rate).'],
};

const usageMetadata = {
  promptTokenCount: 200,
  cachedContentTokenCount: 50,
  candidatesTokenCount: 40,
  totalTokenCount: 240,
};

/** ai.google.dev/api/generate-content */
export const gemini: Dialect = {
  name: 'gemini',
  answers: (path) => /:(stream)?generateContent$/i.test(path),
  streams: (path) => /:streamGenerateContent$/.test(path),
  offersTools: (body) => list(body.tools).length > 0,
  turnsSoFar: (body) =>
    list(body.contents).filter(
      ({ role, parts }) => role === 'model' && list(parts).some((part) => part.functionCall !== undefined),
    ).length,
  whole: (turn, model) => answer(partsOf(turn), model, turn, true),
  stream: (turn, model) => [
    ...pieces(turn.refusal ? '' : turn.text).map((text) => ({
      data: answer([{ text }], model, turn, false),
    })),
    { data: answer(partsOf({ ...turn, text: '' }), model, turn, true) },
  ],
  error: (status, model) => ({
    error: {
      code: status,
      message: ERRORS[status]?.[1](model) ?? 'The model is overloaded. Please try again later.',
      status: ERRORS[status]?.[0] ?? 'UNAVAILABLE',
    },
  }),
};

function partsOf(turn: Turn): readonly Body[] {
  if (turn.refusal) return [];
  return [
    ...(turn.text === '' ? [] : [{ text: turn.text }]),
    ...(turn.calls ?? []).map(({ tool, input }) => ({ functionCall: { name: tool, args: input } })),
  ];
}

function answer(parts: readonly Body[], model: string, turn: Turn, last: boolean) {
  const finishReason = turn.refusal ? 'PROHIBITED_CONTENT' : 'STOP';
  return {
    candidates: [{ index: 0, content: { role: 'model', parts }, ...(last ? { finishReason } : {}) }],
    modelVersion: model,
    ...(last ? { usageMetadata } : {}),
  };
}
