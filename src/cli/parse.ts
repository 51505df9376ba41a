// From words to one command and its answer. The only import of yargs.

import yargs, { type Argv } from 'yargs';
import { Problem } from '../task/problem.ts';
import type { Answer, Command, Context } from './command.ts';
import { COMMANDS, type CommandEntry, type Noun } from './commands.ts';

/** What the words ask for; undefined when help was asked for, which yargs has printed. */
export async function parse(words: readonly string[], context: Context): Promise<Answer | undefined> {
  let answer: Answer | undefined;
  const add = (parser: Argv, entry: CommandEntry, noun: string) => {
    // biome-ignore lint/suspicious/noExplicitAny: each command has arguments of its own, which yargs has checked.
    let loaded: Command<any> | undefined;
    parser.command(
      entry.usage,
      entry.describe,
      // Yargs waits for a promise here, whatever its types say.
      (async (inner: Argv) => {
        const chosen = (await entry.load()).default;
        loaded = chosen;
        for (const [line, what] of entry.examples ?? []) inner.example(line, what);
        return chosen.options(inner).version(false);
      }) as never,
      async (args) => {
        answer = await loaded?.run(args as never, context);
      },
    );
    return noun;
  };
  const parser = yargs([...words])
    .scriptName('steroids')
    .usage('$0 <command>\n\nOne repository, many coders at once, and main stays green.')
    .option('json', { type: 'boolean', global: true, describe: 'Answer with one JSON document' })
    .parserConfiguration({
      'parse-positional-numbers': false,
      'duplicate-arguments-array': false,
      'greedy-arrays': true,
    })
    .exitProcess(false)
    .version(false)
    .help()
    .alias('h', 'help')
    .strict()
    .recommendCommands()
    .demandCommand(1, 1, 'Say what to do.')
    .wrap(Math.min(110, context.terminal.columns))
    .epilogue(
      'Exit codes: 0 done · 2 wrong input · 3 something waits for a person · 4 held by somebody else · 5 git or the machine · 130 interrupted',
    )
    .fail((message: string | null, error: Error | undefined) => {
      if (error) throw error;
      throw new Problem(
        'user',
        'usage',
        (message ?? 'wrong arguments').replace(/\n+/g, ' '),
        'steroids --help',
      );
    });
  for (const entry of COMMANDS) {
    if ('usage' in entry) add(parser, entry, '');
    else addNoun(parser, entry, add);
  }
  await parser.parseAsync();
  return answer;
}

function addNoun(
  parser: Argv,
  noun: Noun,
  add: (parser: Argv, entry: CommandEntry, noun: string) => void,
): void {
  parser.command(noun.name, noun.describe, (inner) => {
    for (const verb of noun.verbs) add(inner, verb, noun.name);
    return inner.demandCommand(1, 1, `Say what to do with ${noun.name}.`).recommendCommands().strict();
  });
}
