// A stand-in for the provider of a model, on loopback: it answers what the test says, event by event.

import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';

export interface Asked {
  readonly headers: IncomingHttpHeaders;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into it.
  readonly body: any;
}

export type Reply = (response: ServerResponse) => void | Promise<void>;

export interface Provider {
  readonly url: string;
  readonly asked: readonly Asked[];
}

/** @param replies one for each request; the last one answers all that follow */
export async function startProvider(...replies: readonly Reply[]): Promise<Provider> {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    asked.push({ headers: request.headers, body: JSON.parse(Buffer.concat(chunks).toString()) });
    response.on('error', () => {});
    await replies[Math.min(asked.length, replies.length) - 1]?.(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

export interface Streaming {
  readonly stop?: string;
  /** Tokens, as it counts them when it begins and when it ends. */
  readonly usage?: { readonly begins: object; readonly ends: object };
  /** Milliseconds between pieces. */
  readonly pause?: number;
  /** After so many pieces the connection is cut, or the stream ends, or an error comes. */
  readonly end?: { readonly after: number; readonly how: 'cut' | 'end' | 'error' | 'garbage' };
}

const PIECE = 7;
const USAGE = { begins: { input_tokens: 1, output_tokens: 1 }, ends: { output_tokens: 1 } };

/** Streams a text as a model does, a few characters at a time. */
export function says(
  text: string,
  { stop = 'end_turn', pause = 0, end, usage = USAGE }: Streaming = {},
): Reply {
  return async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const send = (type: string, data: object) =>
      response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`);
    const message = {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'x',
      content: [],
      stop_reason: null,
    };
    send('message_start', { message: { ...message, stop_sequence: null, usage: usage.begins } });
    send('content_block_start', { index: 0, content_block: { type: 'text', text: '' } });
    send('ping', {});
    const pieces = text.match(new RegExp(`[\\s\\S]{1,${PIECE}}`, 'g')) ?? [];
    for (const [index, piece] of [...pieces, ''].entries()) {
      if (end?.after === index) {
        if (end.how === 'cut') response.destroy();
        else if (end.how === 'garbage') response.write('event: message_delta\ndata: {"type": "mess\n\n');
        else if (end.how === 'error') send('error', { error: { type: 'overloaded_error', message: 'busy' } });
        response.end();
        return;
      }
      send('content_block_delta', { index: 0, delta: { type: 'text_delta', text: piece } });
      if (pause > 0) await sleep(pause);
    }
    send('content_block_stop', { index: 0 });
    send('message_delta', { delta: { stop_reason: stop, stop_sequence: null }, usage: usage.ends });
    send('message_stop', {});
    response.end();
  };
}

export function fails(
  status: number,
  type: string,
  message: string,
  headers: Record<string, string> = {},
): Reply {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify({ type: 'error', error: { type, message } }));
  };
}
