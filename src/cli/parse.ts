// From words to one command and its answer. The only import of yargs.

import yargs, { type Argv } from 'yargs';
import { suggestion } from '../config/near.ts';
import { Problem } from '../task/problem.ts';
import type { Answer, Command, Context } from './command.ts';
import { COMMANDS, type CommandEntry, type Noun } from './commands.ts';

/** How far the words were understood, for saying what was wrong with the rest. */
interface Understood {
  /** `steroids tasks` */
  path: string;
  /** `add <title>`, once the command is known. */
  usage?: string;
  /** What may follow: commands at first, the command's options once it is known. */
  commands: readonly string[];
  options: readonly string[];
}

/** What the words ask for; undefined when help was asked for, which yargs has printed. */
export async function parse(words: readonly string[], context: Context): Promise<Answer | undefined> {
  let answer: Answer | undefined;
  const understood: Understood = {
    path: 'steroids',
    commands: COMMANDS.filter((entry) => entry.describe !== false).map(nameOf),
    options: ['json', 'help'],
  };
  const add = (parser: Argv, entry: CommandEntry) => {
    // biome-ignore lint/suspicious/noExplicitAny: each command has arguments of its own, which yargs has checked.
    let loaded: Command<any> | undefined;
    parser.command(
      entry.usage,
      // Its types know only texts here.
      entry.describe as string,
      // Yargs waits for a promise here, whatever its types say.
      (async (inner: Argv) => {
        const chosen = (await entry.load()).default;
        loaded = chosen;
        for (const [line, what] of entry.examples ?? []) inner.example(line, what);
        const described = chosen.options(inner).version(false);
        understood.path += ` ${nameOf(entry)}`;
        understood.usage = entry.usage;
        understood.commands = [];
        understood.options = optionsOf(described);
        return described;
      }) as never,
      async (args) => {
        requireNumbers(args, understood);
        answer = await loaded?.run(lastOfEach(args, listsOf(parser)) as never, context);
      },
    );
  };
  const parser = yargs([...words])
    .scriptName('steroids')
    .usage('$0 <command>\n\nOne repository, many coders at once, and main stays green.')
    .option('json', { type: 'boolean', global: true, describe: 'Answer with one JSON document' })
    .parserConfiguration({
      'parse-positional-numbers': false,
      // Else of a list that is given twice only the second half would count. What is no list: `lastOfEach`.
      'duplicate-arguments-array': true,
      'greedy-arrays': true,
    })
    .exitProcess(false)
    .version(false)
    .help()
    .alias('h', 'help')
    .strict()
    .demandCommand(1, 'Say what to do.')
    .wrap(Math.min(110, context.terminal.columns))
    .epilogue(
      'Exit codes: 0 done · 2 wrong input · 3 something waits for a person · 4 held by somebody else · 5 git or the machine · 130 interrupted',
    )
    .fail((message: string | null, error: Error | undefined) => {
      if (error) throw error;
      throw misunderstood(message ?? 'wrong arguments', words, understood);
    });
  for (const entry of COMMANDS) {
    if ('usage' in entry) add(parser, entry);
    else addNoun(parser, entry, add, understood);
  }
  await parser.parseAsync().catch((error: unknown) => {
    // Some of its complaints do not go through `fail`.
    if (!(error instanceof Error) || error.name !== 'YError') throw error;
    throw misunderstood(error.message, words, understood);
  });
  return answer;
}

function addNoun(
  parser: Argv,
  noun: Noun,
  add: (parser: Argv, entry: CommandEntry) => void,
  understood: Understood,
): void {
  parser.command(noun.name, noun.describe, (inner) => {
    understood.path += ` ${noun.name}`;
    understood.commands = noun.verbs.map(nameOf);
    for (const verb of noun.verbs) add(inner, verb);
    return inner.demandCommand(1, `Say what to do with ${noun.name}.`).strict();
  });
}

/** Yargs hands a number that is none on. */
function requireNumbers(args: Readonly<Record<string, unknown>>, understood: Understood): void {
  for (const [name, value] of Object.entries(args)) {
    if (![value].flat().some(Number.isNaN)) continue;
    throw new Problem('user', 'wrong-number', `--${name} takes a number`, `${understood.path} --help`);
  }
}

/** Options that take several values, under both names that yargs gives them. */
function listsOf(parser: Argv): readonly string[] {
  const { array } = (parser as Argv & { getOptions(): { array: readonly string[] } }).getOptions();
  return ['_', ...array, ...array.map((name) => name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase()))];
}

/** Yargs makes a list of whatever is said twice; of what is none, the last word counts. */
function lastOfEach(args: Readonly<Record<string, unknown>>, lists: readonly string[]) {
  const last = ([name, value]: [string, unknown]) =>
    Array.isArray(value) && !lists.includes(name) ? [name, value.at(-1)] : [name, value];
  return Object.fromEntries(Object.entries(args).map(last));
}

function nameOf(entry: CommandEntry | Noun): string {
  return 'usage' in entry ? (entry.usage.split(' ')[0] ?? '') : entry.name;
}

/** Yargs knows them and does not type it. */
function optionsOf(parser: Argv): string[] {
  const { key } = (parser as Argv & { getOptions(): { key: Record<string, unknown> } }).getOptions();
  return Object.keys(key).filter((name) => /^[a-z][a-z-]+$/.test(name));
}

function misunderstood(message: string, words: readonly string[], understood: Understood): Problem {
  const help = `${understood.path} --help`;
  if (/^Not enough non-option arguments/.test(message)) {
    const missing = /<[\w-]+>/.exec(understood.usage ?? '')?.[0] ?? 'an argument';
    return new Problem('user', 'usage', `${understood.path} needs ${missing}`, help);
  }
  const valueless = /^Not enough arguments following: (.+)/.exec(message)?.[1];
  if (valueless !== undefined) return new Problem('user', 'usage', `--${valueless} needs a value`, help);
  const required = /^Missing required arguments?: ([^,]+)/.exec(message)?.[1];
  if (required !== undefined)
    return new Problem('user', 'usage', `${understood.path} needs --${required}`, help);
  const [, choice, given, choices] =
    /^Invalid values:\s+Argument: ([\w-]+), Given: (.*), Choices: (.*)/.exec(message) ?? [];
  if (choice !== undefined)
    return new Problem('user', 'usage', `--${choice} takes one of ${choices}, not ${given}`, help);
  const unknown = /^Unknown (?:argument|command)s?: ([^,]+)/.exec(message)?.[1];
  if (unknown === undefined) {
    const known = understood.commands.length > 0 ? ` One of: ${understood.commands.join(', ')}.` : '';
    return new Problem('user', 'usage', message.replace(/\s*\n+\s*/g, ' ') + known, help);
  }
  const option = words.find((word) => word.replace(/=.*/, '') === `--${unknown}` || word === `-${unknown}`);
  if (option !== undefined) {
    const near = suggestion(
      option.replace(/=.*/, ''),
      understood.options.map((name) => `--${name}`),
    );
    return new Problem(
      'user',
      'unknown-option',
      `${understood.path} has no option ${option.replace(/=.*/, '')}`,
      near ?? help,
    );
  }
  if (understood.commands.length > 0) {
    const near = suggestion(unknown, understood.commands);
    return new Problem(
      'user',
      'unknown-command',
      `there is no command "${understood.path} ${unknown}"`,
      near ?? help,
    );
  }
  return new Problem(
    'user',
    'usage',
    `${understood.path} does not take "${unknown}" as well`,
    `Put quotes around words that belong together. ${help}`,
  );
}
