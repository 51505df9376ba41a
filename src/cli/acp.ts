// The process of a coder that is an agent which speaks the Agent Client Protocol. Not for people: it reads the brief, and
// prints events.

import { promptAgent } from '../coder/acp.ts';
import { Problem } from '../task/problem.ts';
import { command } from './command.ts';
import { EXIT } from './exit.ts';

export default command(
  (yargs) =>
    yargs
      .option('command', { type: 'string', demandOption: true, describe: 'That starts it, a list in JSON' })
      .option('model', { type: 'string', describe: 'As the agent spells it' })
      .option('writable', { type: 'string', array: true, default: [], describe: 'Folders besides this one' })
      .option('tools', { type: 'string', describe: 'The command of an MCP server, a list in JSON' }),
  async (args, context) => {
    const { TMPDIR } = context.host.environment;
    const ended = await promptAgent({
      command: readWords('command', args.command),
      folder: context.host.cwd,
      environment: context.host.environment,
      brief: await context.readInput(),
      model: args.model ?? null,
      tools: args.tools === undefined ? null : readWords('tools', args.tools),
      alsoWritable: [...args.writable, ...(TMPDIR === undefined ? [] : [TMPDIR])],
      tell: (event) => context.emit(event, JSON.stringify(event)),
    });
    return { data: undefined, text: '', exitCode: ended ? EXIT.done : EXIT.environment };
  },
);

/** @throws Problem `usage` */
function readWords(option: string, text: string): string[] {
  try {
    const words: unknown = JSON.parse(text);
    if (Array.isArray(words) && words.length > 0 && words.every((word) => typeof word === 'string'))
      return words;
  } catch {
    // said below, as for JSON that is no list
  }
  throw new Problem('user', 'usage', `--${option} takes a list of words in JSON, not ${text}`);
}
