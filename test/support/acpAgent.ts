// An agent that speaks the Agent Client Protocol, with the SDK's side for agents. What it does is told by its argument.
//
//   node test/support/acpAgent.ts WAY

import { execFileSync } from 'node:child_process';
import { appendFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Readable, Writable } from 'node:stream';
import * as acp from '@agentclientprotocol/sdk';

const way = process.argv[2] ?? 'works';
let session: acp.NewSessionRequest | undefined;
let model = 'small';

if (way === 'silent') await new Promise(() => setInterval(() => {}, 1_000));
if (way === 'no-agent') console.log('Welcome!');
if (way === 'dies') process.exit(3);

/** Calls the tools of the first server that it was given, as agents do. */
async function useTools(): Promise<void> {
  const { Client } = await import('@modelcontextprotocol/client');
  const { StdioClientTransport } = await import('@modelcontextprotocol/client/stdio');
  const [server] = session?.mcpServers ?? [];
  if (server === undefined || !('command' in server)) throw new Error('it was given no server');
  const client = new Client({ name: 'stand-in', version: '1' });
  await client.connect(new StdioClientTransport({ command: server.command, args: server.args }));
  const read = await client.callTool({ name: 'read_task', arguments: {} });
  if (!JSON.stringify(read.content).includes('# Say hello')) throw new Error('it reads another task');
  await client.callTool({ name: 'note', arguments: { text: 'The greeting\nis not named.' } });
  await client.callTool({ name: 'propose_follow_up', arguments: { title: 'Name the greeting' } });
  await client.callTool({ name: 'ask', arguments: { question: 'Which greeting?' } });
  await client.close();
}

acp
  .agent({ name: 'stand-in' })
  .onRequest(acp.methods.agent.initialize, () => ({
    protocolVersion: way === 'old' ? 0 : acp.PROTOCOL_VERSION,
    agentCapabilities: {},
  }))
  .onRequest(acp.methods.agent.session.new, ({ params }) => {
    if (way === 'login') throw acp.RequestError.authRequired();
    session = params;
    return {
      sessionId: 's1',
      ...(way === 'one-model'
        ? {}
        : {
            configOptions: [
              {
                type: 'select',
                id: 'model',
                name: 'Model',
                category: 'model',
                currentValue: model,
                options: [
                  { value: 'small', name: 'Small' },
                  { value: 'large', name: 'Large' },
                ],
              } as const,
            ],
          }),
    };
  })
  .onRequest(acp.methods.agent.session.setConfigOption, ({ params }) => {
    model = String(params.value);
    return { configOptions: [] };
  })
  .onRequest(acp.methods.agent.session.prompt, async ({ params, client }) => {
    const update = (one: acp.SessionUpdate) =>
      client.notify(acp.methods.client.session.update, { sessionId: 's1', update: one });
    const say = async (...pieces: string[]) => {
      for (const text of pieces)
        await update({ sessionUpdate: 'agent_message_chunk', content: { type: 'text', text } });
    };
    const [first] = params.prompt;
    if (process.env.ACP_SAW !== undefined) {
      const saw = { brief: first?.type === 'text' ? first.text : '', model, pid: process.pid, ...session };
      appendFileSync(process.env.ACP_SAW, `${JSON.stringify(saw)}\n`);
    }
    if (way === 'refuses') return { stopReason: 'refusal' };
    if (way === 'long') return { stopReason: 'max_tokens' };
    if (way === 'cancelled') return { stopReason: 'cancelled' };
    if (way === 'limited') throw acp.RequestError.internalError({ details: '429 Too Many Requests' });
    if (way === 'breaks') process.exit(7);
    if (way === 'mute') return { stopReason: 'end_turn' };
    if (way === 'hangs') await new Promise(() => {});

    if (way === 'asks') {
      await useTools();
      await say('I have asked.');
      return { stopReason: 'end_turn' };
    }

    const ask = async (file: string): Promise<boolean> => {
      const answered = await client.request(acp.methods.client.session.requestPermission, {
        sessionId: 's1',
        toolCall: {
          toolCallId: `write ${file}`,
          title: `Write ${file}`,
          kind: 'edit',
          status: 'pending',
          locations: [{ path: file }],
          content: [{ type: 'diff', path: file, oldText: null, newText: 'hello\n' }],
        },
        options: [
          { optionId: 'always', name: 'Always', kind: 'allow_always' },
          { optionId: 'once', name: 'Once', kind: 'allow_once' },
          { optionId: 'no', name: 'No', kind: 'reject_once' },
        ],
      });
      return answered.outcome.outcome === 'selected' && answered.outcome.optionId === 'once';
    };
    const write = async (file: string) => {
      const allowed = await ask(file);
      if (allowed) writeFileSync(file, 'hello\n');
      await update({
        sessionUpdate: 'tool_call_update',
        toolCallId: `write ${file}`,
        status: allowed ? 'completed' : 'failed',
      });
      return allowed;
    };
    await say('I write ', 'the file.');
    if (!(await write(path.resolve('hello.txt')))) throw new Error('a file in the worktree was refused');
    if (await write(path.resolve('../outside.txt'))) throw new Error('a file outside was allowed');
    const command = 'git add hello.txt && git commit -qm "Say hello"';
    await update({ sessionUpdate: 'tool_call', toolCallId: 'run', title: 'shell', status: 'pending' });
    await update({
      sessionUpdate: 'tool_call_update',
      toolCallId: 'run',
      kind: 'execute',
      status: 'in_progress',
      rawInput: { command },
    });
    execFileSync('/bin/sh', ['-c', command]);
    await update({ sessionUpdate: 'tool_call_update', toolCallId: 'run', status: 'completed' });
    await update({
      sessionUpdate: 'usage_update',
      used: 100,
      size: 1000,
      cost: { amount: 0.5, currency: 'USD' },
    });
    await say('All ', 'done.');
    // As agents count them that follow the draft.
    const usage = { totalTokens: 30, inputTokens: 20, outputTokens: 8, cachedReadTokens: 2 };
    return { stopReason: 'end_turn', usage };
  })
  .connect(
    acp.ndJsonStream(
      Writable.toWeb(process.stdout) as WritableStream<Uint8Array>,
      Readable.toWeb(process.stdin) as ReadableStream<Uint8Array>,
    ),
  );
