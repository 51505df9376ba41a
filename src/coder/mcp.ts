// What an agent says back, as tools of an MCP server over standard input and output. It runs as the agent's child, with the
// agent's rights: it writes the same file as a coder that is a command, and what the file says counts when the coder ends.

import type { Readable, Writable } from 'node:stream';
import { McpServer } from '@modelcontextprotocol/server';
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio';
import { z } from 'zod';
import { readFileIfThere } from '../disk/files.ts';
import { SERVER } from './agents/server.ts';
import { ANSWER_PARTS, type Answer, changeAnswer } from './answer.ts';

export interface Speaking {
  /** Of the task. */
  readonly id: string;
  /** The file that the brief stands in. */
  readonly brief: string;
  /** The file that the answer stands in. */
  readonly answer: string;
}

/** Serves until its client has gone, which closes what we read. */
export function serveTools(speaking: Speaking, input: Readable, output: Writable): Promise<void> {
  return new Promise((ended) => {
    input.once('end', ended).once('close', ended);
    const serve = () => {
      const server = new McpServer({ name: SERVER, version: '1' }, { instructions: INSTRUCTIONS });
      addTools(server, speaking);
      return server;
    };
    serveStdio(serve, { transport: new StdioServerTransport(input, output) });
  });
}

const INSTRUCTIONS = `You work on one task of steroids. When you are done, or cannot go on, say so with one of these tools, then end.
What you say counts when you end; the last outcome holds. None of it replaces your commits.`;

const { question, reason, commits, note, followUp } = ANSWER_PARTS;

function addTools(server: McpServer, { id, brief, answer }: Speaking): void {
  // One after the other: agents call several tools at once, and each reads what the one before has written.
  let last: Promise<unknown> = Promise.resolve();
  const change = (told: string, changed: (answer: Answer) => unknown) => {
    const next = last.then(async () => {
      const read = await changeAnswer(answer, changed);
      if (read.kind === 'answer') return text(told);
      return { ...text(`Nothing was written: ${read.reason}.`), isError: true };
    });
    last = next.catch(() => undefined);
    return next;
  };
  const conclude = (outcome: object) =>
    change('Written down. It counts when you end: do that now.', ({ followUps, notes }) => ({
      ...outcome,
      followUps,
      notes,
    }));

  server.registerTool(
    'read_task',
    {
      description: `The brief of task ${id}: what to do, what became of earlier attempts, and the rules.`,
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    async () => {
      const written = await readFileIfThere(brief);
      return written === undefined
        ? { ...text(`The brief is gone: there is no file ${brief}.`), isError: true }
        : text(written);
    },
  );
  const register = <Shape extends z.ZodRawShape>(
    name: string,
    description: string,
    shape: Shape,
    run: (input: z.output<z.ZodObject<Shape>>) => ReturnType<typeof change>,
  ) =>
    server.registerTool(
      name,
      { description, inputSchema: z.strictObject(shape), annotations: HARMLESS },
      (input) => run(input as z.output<z.ZodObject<Shape>>),
    );

  register('submit', 'The task is done, in commits or in files that you leave uncommitted.', {}, () =>
    conclude({ outcome: 'done' }),
  );
  register(
    'ask',
    'You cannot go on without an answer from a person. The task waits for it; what you have done so far is kept.',
    { question },
    (input) => conclude({ outcome: 'blocked', ...input }),
  );
  register(
    'already_done',
    'The main branch has it already, in these commits. Git is asked whether they are there, then a person.',
    { commits, reason },
    (input) => conclude({ outcome: 'already-done', ...input }),
  );
  register('nothing_to_do', 'There is nothing to do for this task.', { reason }, (input) =>
    conclude({ outcome: 'nothing-to-do', ...input }),
  );
  register('dispute', 'A rejection of your work is wrong. A person decides.', { reason }, (input) =>
    conclude({ outcome: 'dispute', ...input }),
  );
  register(
    'note',
    'Leave a note for people in the history of the task, and go on.',
    { text: note },
    (input) => change('Written down.', (told) => ({ ...told, notes: [...told.notes, input.text] })),
  );
  register(
    'propose_follow_up',
    'Propose a task that is not part of this one, and go on. A person accepts or declines it.',
    followUp.shape,
    (input) => change('Written down.', (told) => ({ ...told, followUps: [...told.followUps, input] })),
  );
}

/** They only write into a file of the coder's own: an agent need not ask whether it may. */
const HARMLESS = { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: false };

function text(told: string): { content: [{ type: 'text'; text: string }] } {
  return { content: [{ type: 'text', text: told }] };
}
