// The only import of the provider's SDK: one question, one whole answer in the shape of a schema, or a sentence that says why not.

import Anthropic, { APIConnectionError, APIError } from '@anthropic-ai/sdk';
import type { Limit } from '../task/limit.ts';
import type { Tokens } from '../task/tokens.ts';

export interface Model {
  readonly name: string;
  /** Tokens that an answer may have. */
  readonly maxTokens: number;
  readonly key: string;
  /** The variable that holds the key, for sentences. */
  readonly keyVariable: string;
}

export interface Question {
  readonly system: string;
  readonly text: string;
  /** JSON schema of the answer. */
  readonly schema: Readonly<Record<string, unknown>>;
}

/** Told of each answer when it begins and when more of it was counted: what was cut has its price too. */
export type Counting = (more: Tokens) => void;

export type Answered =
  /** JSON, as the model wrote it. */
  { readonly kind: 'answered'; readonly text: string } | Failed;

export interface Failed {
  readonly kind: 'failed';
  readonly reason: string;
  /** What the next question would meet as well. */
  readonly limit: Limit | null;
}

/** The SDK waits as long as it is told to, days if need be. Who has to wait longer than this is told so instead. */
const PATIENCE_MS = 20_000;
const RETRIES = 2;

/**
 * Asks a model; tried again twice where the provider is busy or cannot be reached.
 * @param within ends the asking
 * @param retries fewer where somebody waits for the answer
 */
export async function askModel(
  model: Model,
  question: Question,
  counting: Counting,
  within?: AbortSignal,
  retries = RETRIES,
): Promise<Answered> {
  const answered = await askOnce(model, question, counting, within, retries);
  return answered.kind === 'failed' && within?.aborted ? failed('no answer came in time') : answered;
}

async function askOnce(
  model: Model,
  question: Question,
  counting: Counting,
  within: AbortSignal | undefined,
  retries: number,
): Promise<Answered> {
  const client = new Anthropic({
    apiKey: model.key,
    fetch: fetchPatiently,
    openTelemetry: false,
    // More than warnings would go to standard output, which is for the verdict.
    logLevel: 'warn',
    maxRetries: retries,
  });
  try {
    const asked = {
      model: model.name,
      max_tokens: model.maxTokens,
      system: question.system,
      messages: [{ role: 'user' as const, content: question.text }],
      output_config: { format: { type: 'json_schema' as const, schema: { ...question.schema } } },
      stream: true as const,
    };
    const stream = await client.messages.create(asked, within ? { signal: within } : {});
    return await readAnswer(stream, model, counting);
  } catch (error) {
    return failed(sentenceFor(error, model), error instanceof APIError ? limitOf(error) : null);
  }
}

/** The texts as they come, put together by nobody who would complete what was cut. */
async function readAnswer(
  stream: AsyncIterable<Anthropic.RawMessageStreamEvent>,
  model: Model,
  counting: Counting,
): Promise<Answered> {
  const count = countFrom(counting);
  let text = '';
  let reason: string | null = null;
  let whole = false;
  for await (const event of stream) {
    if (event.type === 'content_block_delta' && event.delta.type === 'text_delta') text += event.delta.text;
    if (event.type === 'message_start') count(event.message.usage);
    if (event.type === 'message_delta') {
      count(event.usage);
      reason = event.delta.stop_reason;
    }
    if (event.type === 'message_stop') whole = true;
  }
  if (!whole) return failed(CUT);
  const stopped = whyStopped(reason, model);
  return stopped === undefined ? { kind: 'answered', text } : failed(stopped);
}

type Counted = Partial<Record<(typeof COUNTS)[keyof Tokens], number | null>>;

const COUNTS = {
  input: 'input_tokens',
  output: 'output_tokens',
  cacheRead: 'cache_read_input_tokens',
  cacheWrite: 'cache_creation_input_tokens',
} as const;

/** The provider counts from the beginning each time, and leaves out what has not changed. */
function countFrom(counting: Counting): (counted: Counted) => void {
  const before = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
  return (counted) => {
    const more = { ...before };
    for (const key of Object.keys(COUNTS) as (keyof Tokens)[]) {
      const now = Math.max(before[key], counted[COUNTS[key]] ?? 0);
      more[key] = now - before[key];
      before[key] = now;
    }
    counting(more);
  };
}

const CUT = 'the connection was cut before the answer was whole';

/** Undefined for an answer that ended by itself. */
function whyStopped(reason: string | null, model: Model): string | undefined {
  switch (reason) {
    case 'end_turn':
      return undefined;
    case 'refusal':
      return 'the model refused to answer';
    case 'max_tokens':
      return `the answer has more than ${model.maxTokens} tokens (maxTokens), and was cut`;
    case 'model_context_window_exceeded':
      return 'the question and its answer do not fit into what the model reads at once';
    default:
      return `the model stopped before its answer was whole (${reason})`;
  }
}

function sentenceFor(error: unknown, model: Model): string {
  if (error instanceof APIConnectionError) return `the provider cannot be reached: ${causeOf(error)}`;
  if (error instanceof APIError) return providerSentence(error, model);
  if (error instanceof SyntaxError) return 'the provider sent what is not JSON';
  return `${CUT}: ${causeOf(error)}`;
}

function providerSentence(error: APIError, model: Model): string {
  const said = error.apiMessage === null ? '' : `: ${error.apiMessage}`;
  const status = error.status ?? error.type ?? 'an error in the stream';
  switch (error.status ?? STATUS_OF[error.type ?? '']) {
    case 401:
      return `the key in ${model.keyVariable} is not accepted (${status})${said}`;
    case 403:
      return `the key in ${model.keyVariable} may not ask this (${status})${said}`;
    case 404:
      return `there is no model "${model.name}" for this key (${status})${said}`;
    case 429:
      return `the provider limits how much is asked (${status})${waitOf(error)}${said}`;
    case 529:
      return `the provider is overloaded (${status})${waitOf(error)}${said}`;
    default:
      return Number(error.status) < 500
        ? `the provider does not take the question (${status})${said}`
        : `the provider failed (${status})${said}`;
  }
}

function limitOf(error: APIError): Limit | null {
  const kind = kindOf(error.status ?? STATUS_OF[error.type ?? ''], error.apiMessage ?? '');
  const wait = retryAfterMs(error.headers ?? new Headers());
  return kind && { kind, until: null, ...(wait === undefined ? {} : { wait }) };
}

function kindOf(status: number | undefined, said: string): Limit['kind'] | null {
  // An account without money is answered with 400 or 403, and only the words tell.
  const quota =
    status !== undefined && status < 500 && /credit balance|quota|billing|usage limit/i.test(said);
  if (quota || status === 402) return 'quota';
  if (status === 401 || status === 403) return 'login';
  if (status === 429) return 'rate';
  return status === 529 ? 'overloaded' : null;
}

/** Errors in the midst of a stream have a type and no status. */
const STATUS_OF: Readonly<Record<string, number>> = {
  authentication_error: 401,
  permission_error: 403,
  not_found_error: 404,
  rate_limit_error: 429,
  overloaded_error: 529,
};

function waitOf(error: APIError): string {
  const ms = retryAfterMs(error.headers ?? new Headers());
  return ms === undefined ? '' : `, to be asked again in ${Math.ceil(ms / 1000)} s`;
}

/** `retry-after` is seconds or a date. */
function retryAfterMs(headers: Headers): number | undefined {
  const after = headers.get('retry-after');
  if (after === null) return undefined;
  const seconds = Number.parseFloat(after);
  const ms = Number.isNaN(seconds) ? Date.parse(after) - Date.now() : seconds * 1000;
  return ms > 0 ? ms : undefined;
}

async function fetchPatiently(...request: Parameters<typeof fetch>): Promise<Response> {
  const response = await fetch(...request);
  if (response.ok || (retryAfterMs(response.headers) ?? 0) <= PATIENCE_MS) return response;
  const headers = new Headers(response.headers);
  headers.set('x-should-retry', 'false');
  return new Response(response.body, { status: response.status, headers });
}

function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? causeOf(error.cause) : error.message;
}

function failed(reason: string, limit: Limit | null = null): Failed {
  return { kind: 'failed', reason, limit };
}
