// A stand-in for the model providers on 127.0.0.1: it says what a test scripts, and goes wrong as it is told.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { anthropic } from './anthropic.ts';
import type { Body, Dialect, Turn } from './dialect.ts';
import { gemini } from './gemini.ts';
import { chat, responses } from './openai.ts';

export type Fault =
  /** `retryAfter`: seconds. */
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter?: number }
  /** The connection breaks in the middle of the answer. */
  | { readonly kind: 'cut' }
  /** Milliseconds before each event of the stream. */
  | { readonly kind: 'slow'; readonly pause: number }
  | { readonly kind: 'malformed' };

export interface Script {
  /** One for each answer of a run; the last one is repeated. */
  readonly turns: readonly Turn[];
  /** Instead of `turns`, where a request holds this text; the first of them counts. */
  readonly when?: readonly { readonly says: string; readonly turns: readonly Turn[] }[];
  /** Met by the first requests for the model, one each. */
  readonly faults?: readonly Fault[];
  /** Met by all that come after those. */
  readonly always?: Fault;
}

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Body;
}

export interface Stub {
  readonly url: string;
  readonly asked: readonly Asked[];
  close(): Promise<void>;
}

const DIALECTS: readonly Dialect[] = [anthropic, chat, responses, gemini];

export async function startStub(script: Script): Promise<Stub> {
  const asked: Asked[] = [];
  const faults = [...(script.faults ?? [])];
  const server = createServer((request, response) => {
    void respond(request, response).catch(() => response.destroy());
  });
  const respond = async (request: IncomingMessage, response: ServerResponse) => {
    const path = new URL(request.url ?? '/', 'http://stub').pathname;
    const body = await readBody(request);
    asked.push({ method: request.method ?? '', path, headers: request.headers, body });
    const dialect = DIALECTS.find((one) => request.method === 'POST' && one.answers(path));
    if (dialect === undefined) {
      answerAside(path, response);
      return;
    }
    const text = JSON.stringify(body);
    const turns = script.when?.find(({ says }) => text.includes(says))?.turns ?? script.turns;
    const isMain = dialect.offersTools(body);
    const turn = isMain
      ? (turns[dialect.turnsSoFar(body)] ?? turns.at(-1))
      : { text: turns.at(-1)?.text ?? '' };
    await answer(response, dialect, path, body, turn ?? { text: '' }, faults.shift() ?? script.always);
  };
  // Codex asks for a WebSocket first; told so, it goes on with plain requests at once.
  server.on('upgrade', (_, socket) =>
    socket.end('HTTP/1.1 426 Upgrade Required\r\nContent-Length: 0\r\n\r\n'),
  );
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

async function answer(
  response: ServerResponse,
  dialect: Dialect,
  path: string,
  body: Body,
  turn: Turn,
  fault: Fault | undefined,
): Promise<void> {
  const model = String(body.model ?? /models\/([^:/]+):/.exec(path)?.[1] ?? 'stub');
  if (fault?.kind === 'status') {
    if (fault.retryAfter !== undefined) response.setHeader('retry-after', String(fault.retryAfter));
    sendJson(response, fault.status, dialect.error(fault.status, model));
    return;
  }
  if (fault?.kind === 'malformed') {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"id": "msg_1", "content": [{"ty');
    return;
  }
  if (!dialect.streams(path, body)) {
    if (fault?.kind === 'slow') await sleep(fault.pause);
    if (fault?.kind === 'cut') response.destroy();
    else sendJson(response, 200, dialect.whole(turn, model));
    return;
  }
  const events = dialect.stream(turn, model);
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  for (const [index, { event, data }] of events.entries()) {
    if (fault?.kind === 'slow') await sleep(fault.pause);
    if (fault?.kind === 'cut' && index >= events.length / 2) {
      response.destroy();
      return;
    }
    const name = event === undefined ? '' : `event: ${event}\n`;
    const text = `${name}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;
    // Sent before the next one: what still waits is lost when the connection is cut.
    await new Promise((sent) => response.write(text, sent));
  }
  response.end();
}

/** What agents ask beside: how many tokens, which models. */
function answerAside(path: string, response: ServerResponse): void {
  const tokens = { input_tokens: 100, totalTokens: 100 };
  const models = { object: 'list', data: [], models: [] };
  if (/count_?tokens$/i.test(path)) sendJson(response, 200, tokens);
  else if (/\/models$/.test(path)) sendJson(response, 200, models);
  else sendJson(response, 404, { error: { message: 'not found' } });
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

async function readBody(request: IncomingMessage): Promise<Body> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk as Uint8Array);
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as Body;
  } catch {
    return {}; // nothing, or compressed: it is recorded that it was asked
  }
}
