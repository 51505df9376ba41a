// What an agent starts to say something back. Not for people: standard input and output speak MCP.

import { serveTools } from '../coder/mcp.ts';
import { command } from './command.ts';

export default command(
  (yargs) =>
    yargs
      .option('task', { type: 'string', demandOption: true })
      .option('brief', { type: 'string', demandOption: true, describe: 'The file that the brief stands in' })
      .option('answer', {
        type: 'string',
        demandOption: true,
        describe: 'The file to write the answer into',
      }),
  async (args) => {
    const speaking = { id: args.task, brief: args.brief, answer: args.answer };
    await serveTools(speaking, process.stdin, process.stdout);
    return { data: undefined, text: '' };
  },
);
