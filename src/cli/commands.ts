// Every command, in the order in which help lists them. Loaded when it is called, not before.

import type { Command } from './command.ts';

export interface CommandEntry {
  /** As yargs reads it: `add <title>`. */
  readonly usage: string;
  readonly describe: string;
  // biome-ignore lint/suspicious/noExplicitAny: each command has arguments of its own, which yargs has checked.
  readonly load: () => Promise<{ readonly default: Command<any> }>;
  /** Lines of an example: the command, then what it does. */
  readonly examples?: readonly (readonly [string, string])[];
}

export interface Noun {
  readonly name: string;
  readonly describe: string;
  readonly verbs: readonly CommandEntry[];
}

export const COMMANDS: readonly (CommandEntry | Noun)[] = [
  {
    usage: 'init',
    describe: 'Set up this repository',
    load: () => import('./init.ts'),
    examples: [['steroids init --commit', 'write .steroids/config.yaml and commit it on main']],
  },
  {
    usage: 'run',
    describe: 'Work through all pending tasks, then end',
    load: () => import('./run.ts'),
    examples: [['steroids run --runners 3', 'three coders at once']],
  },
  {
    usage: 'status',
    describe: 'What runs, what waits, and for what',
    load: () => import('./status.ts'),
  },
  {
    name: 'tasks',
    describe: 'Add, list and change tasks',
    verbs: [
      {
        usage: 'add <title>',
        describe: 'Add a task',
        load: () => import('./tasks/add.ts'),
        examples: [
          [
            'steroids tasks add "Add a login page" --spec login.md --section Web',
            'the specification from a file',
          ],
          ['git log -1 --format=%B | steroids tasks add "Port it" --spec -', 'from standard input'],
        ],
      },
      { usage: 'list', describe: 'List tasks', load: () => import('./tasks/list.ts') },
      { usage: 'show <id>', describe: "A task's whole history", load: () => import('./tasks/show.ts') },
    ],
  },
  {
    name: 'merge',
    describe: 'The merge queue',
    verbs: [
      { usage: 'list', describe: 'List the queue', load: () => import('./merge/list.ts') },
      {
        usage: 'run',
        describe: 'Land what is in the queue',
        load: () => import('./merge/run.ts'),
        examples: [['steroids merge run --once --json', 'in CI: drain the queue and end']],
      },
      {
        usage: 'enqueue <branch>',
        describe: 'Put any branch into the queue',
        load: () => import('./merge/enqueue.ts'),
      },
    ],
  },
];
