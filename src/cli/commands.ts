// Every command, in the order in which help lists them. Loaded when it is called, not before.

import type { Command } from './command.ts';

export interface CommandEntry {
  /** As yargs reads it: `add <title>`. */
  readonly usage: string;
  /** False for what is not for people: help does not list it. */
  readonly describe: string | false;
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
    examples: [
      ['steroids init --commit', 'write .steroids/config.yaml and commit it on main'],
      ['steroids init --monorepo', 'sections from what the repository is made of'],
    ],
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
    usage: 'inbox [id]',
    describe: 'All that waits for you, with the commands that answer it',
    load: () => import('./inbox.ts'),
    examples: [['steroids inbox k3j9', 'only of one task']],
  },
  {
    usage: 'usage',
    describe: 'Tokens, money and time that coders, reviewers and analysts have used',
    load: () => import('./usage.ts'),
    examples: [
      ['steroids usage --by task --since 7d', 'what each task used in a week'],
      ['steroids usage --by day --json', ''],
    ],
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
          ['steroids tasks add "Add a login page" --auto-section', 'in the section that is suggested'],
        ],
      },
      {
        usage: 'import <file>',
        describe: 'Add a task for each item of a Markdown checklist or a YAML list',
        load: () => import('./tasks/import.ts'),
        examples: [
          [
            'steroids tasks import TODO.md',
            'one task for each `- [ ] item`; text below it is its specification',
          ],
          [
            'steroids tasks import plan.yaml',
            'a list of {title, spec, section, after, priority, paths, coder, key}',
          ],
        ],
      },
      {
        usage: 'list',
        describe: 'List tasks',
        load: () => import('./tasks/list.ts'),
        examples: [['steroids tasks list --status disputed failed', 'only what waits for a person']],
      },
      {
        usage: 'show <id>',
        describe: "A task's whole history",
        load: () => import('./tasks/show.ts'),
        examples: [['steroids tasks show k3j9 --json', 'with its attempts, rejections and events']],
      },
      {
        usage: 'explain <id>',
        describe: 'Why a task is not running, and what to do',
        load: () => import('./tasks/explain.ts'),
        examples: [['steroids tasks explain k3j9', '']],
      },
      {
        usage: 'brief <id>',
        describe: 'What its next coder would be told',
        load: () => import('./tasks/brief.ts'),
        examples: [['steroids tasks brief k3j9', 'its brief, if the next attempt began now']],
      },
      {
        usage: 'diff <id>',
        describe: 'What a task changes',
        load: () => import('./tasks/diff.ts'),
        examples: [['steroids tasks diff k3j9 --attempt', 'only since the attempt before']],
      },
      {
        usage: 'edit <id>',
        describe: 'Change what a task asks for',
        load: () => import('./tasks/edit.ts'),
        examples: [
          ['steroids tasks edit k3j9 --priority 5 --after p94a', 'after that one, and no other'],
          ['steroids tasks edit k3j9 --also-after t5m2', 'after one more'],
        ],
      },
      {
        usage: 'retry <id>',
        describe: 'Give a task to a coder again',
        load: () => import('./tasks/retry.ts'),
        examples: [
          ['steroids tasks retry k3j9 --note "Use the existing parser"', 'go on, with a word for the coder'],
          ['steroids tasks retry k3j9 --fresh', 'begin again from main; the commits so far are archived'],
        ],
      },
      {
        usage: 'answer <id> <answer>',
        describe: 'Answer what its coder has asked',
        load: () => import('./tasks/answer.ts'),
        examples: [['steroids tasks answer k3j9 "Keep the old name"', 'its coder goes on with that']],
      },
      {
        usage: 'accept <number>',
        describe: 'Add a task that a coder proposes',
        load: () => import('./tasks/accept.ts'),
        examples: [['steroids tasks accept 7', 'the proposal 7 of `steroids inbox`']],
      },
      {
        usage: 'decline <number>',
        describe: 'Close a proposal of a coder',
        load: () => import('./tasks/decline.ts'),
        examples: [['steroids tasks decline 8', '']],
      },
      {
        usage: 'takeover <id>',
        describe: 'Work on a task yourself: prints the folder of its worktree',
        load: () => import('./tasks/takeover.ts'),
        examples: [
          ['cd "$(steroids tasks takeover k3j9)"', 'no runner touches it until you hand it back'],
          ['steroids tasks takeover k3j9 --stop', 'also when a coder is at work on it'],
        ],
      },
      {
        usage: 'handback <id>',
        describe: 'Give a task back that you have taken over',
        load: () => import('./tasks/handback.ts'),
        examples: [
          ['steroids tasks handback k3j9', 'what you have committed is reviewed and lands'],
          ['steroids tasks handback k3j9 --to-coder --note "Now the tests"', 'its coder goes on from there'],
        ],
      },
      {
        usage: 'skip <id>',
        describe: 'Leave a task out for now',
        load: () => import('./tasks/skip.ts'),
        examples: [['steroids tasks skip k3j9', 'taken up again by: steroids tasks retry k3j9']],
      },
      {
        usage: 'cancel <id>',
        describe: 'End a task; its commits are archived',
        load: () => import('./tasks/cancel.ts'),
        examples: [['steroids tasks cancel k3j9', 'its commits: steroids archive list k3j9']],
      },
    ],
  },
  {
    name: 'sections',
    describe: 'Groups of tasks: what may run side by side',
    verbs: [
      {
        usage: 'add <name>',
        describe: 'Add a section',
        load: () => import('./sections/add.ts'),
        examples: [
          ['steroids sections add Web --path "apps/web/**"', 'one runner at a time works in it'],
          ['steroids sections add Migrations --exclusive', 'nothing else runs while one of its tasks does'],
        ],
      },
      { usage: 'list', describe: 'List sections', load: () => import('./sections/list.ts') },
      {
        usage: 'edit <section>',
        describe: 'Change a section',
        load: () => import('./sections/edit.ts'),
        examples: [['steroids sections edit Web --max-runners 2', '']],
      },
      {
        usage: 'remove <section>',
        describe: 'Remove a section without open tasks',
        load: () => import('./sections/remove.ts'),
        examples: [['steroids sections remove Web', '']],
      },
      {
        usage: 'skip <section>',
        describe: 'Start none of its tasks until it is unskipped',
        load: () => import('./sections/skip.ts'),
        examples: [['steroids sections skip Web', 'until: steroids sections unskip Web']],
      },
      {
        usage: 'unskip <section>',
        describe: 'Start its tasks again',
        load: () => import('./sections/unskip.ts'),
        examples: [['steroids sections unskip Web', '']],
      },
    ],
  },
  {
    name: 'coders',
    describe: 'The coders of the configuration',
    verbs: [
      {
        usage: 'list',
        describe: 'What is installed, and what is held by its provider',
        load: () => import('./coders/list.ts'),
      },
      {
        usage: 'test <name>',
        describe: 'Try a coder with a small task in a folder of its own',
        load: () => import('./coders/test.ts'),
        examples: [['steroids coders test default', 'a model is asked: it may cost a little']],
      },
    ],
  },
  {
    name: 'structure',
    describe: 'What the repository is made of: components, shared packages, dependencies',
    verbs: [
      {
        usage: 'show',
        describe: 'The structure, as .steroids/structure.yaml has it',
        load: () => import('./structure/show.ts'),
        examples: [['steroids structure show --graph mermaid', 'who depends on whom, for a Markdown page']],
      },
      {
        usage: 'analyze',
        describe: 'Compare the repository with .steroids/structure.yaml, and apply what is chosen',
        load: () => import('./structure/analyze.ts'),
        examples: [
          ['steroids structure analyze --check', 'in CI: ends with 1 when the file is not up to date'],
        ],
      },
    ],
  },
  {
    name: 'analysis',
    describe: 'What is predicted, and how good that is',
    verbs: [
      {
        usage: 'report',
        describe: 'What was predicted of tasks, against what they have changed',
        load: () => import('./analysis/report.ts'),
        examples: [['steroids analysis report', 'whom to believe: precision and recall of each']],
      },
    ],
  },
  {
    name: 'runners',
    describe: 'Start, watch and stop runners',
    verbs: [
      {
        usage: 'start',
        describe: 'Start one runner',
        load: () => import('./runners/start.ts'),
        examples: [
          ['steroids runners start --section Web --detach', 'in the background, for one section'],
          ['steroids runners start --once', 'one task, then end'],
        ],
      },
      { usage: 'list', describe: 'List runners', load: () => import('./runners/list.ts') },
      {
        usage: 'analyze',
        describe: 'Which pending tasks would get in each other’s way at the same time',
        load: () => import('./runners/analyze.ts'),
        examples: [
          ['steroids runners analyze', 'every section with pending tasks'],
          ['steroids runners analyze --sections "API,Mobile,Web"', 'only these'],
        ],
      },
      {
        usage: 'stop [id]',
        describe: 'Stop a runner, or all of them',
        load: () => import('./runners/stop.ts'),
        examples: [['steroids runners stop 2 --now', 'runner-2, without waiting for its task']],
      },
      {
        usage: 'logs <id>',
        describe: 'What a runner, and its coder or reviewers, said',
        load: () => import('./runners/logs.ts'),
        examples: [['steroids runners logs 1 --follow', '']],
      },
      {
        usage: 'conflicts',
        describe: 'Which branches that are worked on now do not merge with each other, or with main',
        load: () => import('./runners/conflicts.ts'),
        examples: [
          ['steroids runners conflicts --dirty', 'with what is not committed yet'],
          ['steroids runners conflicts --watch', 'until Ctrl-C'],
        ],
      },
    ],
  },
  {
    name: 'review',
    describe: 'Review, and reviewers',
    verbs: [
      {
        usage: 'test <name>',
        describe: 'Ask a reviewer of the configuration about a small change that lands nowhere',
        load: () => import('./review/test.ts'),
        examples: [['steroids review test strict', 'a model is asked: it may cost a little']],
      },
      {
        usage: 'reviewers',
        describe: 'The reviewers of the configuration, and whether each can be asked',
        load: () => import('./review/reviewers.ts'),
      },
      { usage: 'list', describe: 'What waits for a review', load: () => import('./review/list.ts') },
      {
        usage: 'show <id>',
        describe: 'The attempts of a task, its commits, and its diff',
        load: () => import('./review/show.ts'),
        examples: [['steroids review show k3j9 --dossier', 'exactly what a reviewer is given']],
      },
      {
        usage: 'approve <id>',
        describe: 'Approve the commit that the branch is at',
        load: () => import('./review/approve.ts'),
        examples: [
          [
            'steroids review approve k3j9 --commit 79b77f3a',
            'only while the branch is at what was looked at',
          ],
        ],
      },
      {
        usage: 'reject <id>',
        describe: 'Send a task back to its coder',
        load: () => import('./review/reject.ts'),
        examples: [['steroids review reject k3j9 --reason "The empty list is not handled"', '']],
      },
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
        examples: [['steroids merge enqueue fix/footer', 'then: steroids merge run']],
      },
      {
        usage: 'cancel <id>',
        describe: 'Take an entry out of the queue',
        load: () => import('./merge/cancel.ts'),
        examples: [['steroids merge cancel p94a', 'an id of `steroids merge list`, or of a task']],
      },
    ],
  },
  {
    name: 'archive',
    describe: 'What was put aside before a worktree was cleared or a branch went',
    verbs: [
      {
        usage: 'list [task]',
        describe: 'List what is archived',
        load: () => import('./archive/list.ts'),
        examples: [['steroids archive list k3j9', "only a task's; or a slot's: runner-1"]],
      },
      {
        usage: 'show <id>',
        describe: 'The commits and files of an archive',
        load: () => import('./archive/show.ts'),
        examples: [['steroids archive show f4cb --diff', 'with what they change']],
      },
      {
        usage: 'restore <id>',
        describe: 'Make a branch at what was archived; no checkout is touched',
        load: () => import('./archive/restore.ts'),
        examples: [['steroids archive restore f4cb --branch rescued', '']],
      },
      {
        usage: 'remove <id>',
        describe: 'Take an archive away for good',
        load: () => import('./archive/remove.ts'),
        examples: [['steroids archive remove f4cb --yes', 'without asking']],
      },
    ],
  },
  {
    usage: 'gc',
    describe: 'Take away what has landed or ended long ago, and worktrees that nobody uses',
    load: () => import('./gc.ts'),
    examples: [
      ['steroids gc --dry-run', 'only show what would go'],
      ['steroids gc --keep 7d', 'what ended more than a week ago, instead of archive.keep'],
    ],
  },
  {
    name: 'config',
    describe: 'The configuration',
    verbs: [
      {
        usage: 'show',
        describe: 'Every value that is in force, and where it comes from',
        load: () => import('./config/show.ts'),
      },
    ],
  },
  {
    name: 'locks',
    describe: 'Who holds what',
    verbs: [
      {
        usage: 'list',
        describe: 'Every lease and claim, its holder and its age',
        load: () => import('./locks/list.ts'),
      },
      {
        usage: 'release <name>',
        describe: 'Give back what a dead holder has',
        load: () => import('./locks/release.ts'),
        examples: [['steroids locks release lander:main', 'refused while its holder lives']],
      },
    ],
  },
  {
    usage: 'doctor',
    describe: 'Check the installation and this repository; changes nothing',
    load: () => import('./doctor.ts'),
    examples: [
      ['steroids doctor --json', 'each finding with its remedy; ends with 3 when there is a problem'],
    ],
  },
  {
    usage: 'recover',
    describe: 'Put right what crashes and outside changes left behind; every start does it too',
    load: () => import('./recover.ts'),
    examples: [['steroids recover --dry-run', 'only say what was found and what would be done']],
  },
  { usage: 'judge', describe: false, load: () => import('./judge.ts') },
  { usage: 'mcp', describe: false, load: () => import('./mcp.ts') },
  { usage: 'acp', describe: false, load: () => import('./acp.ts') },
  // As people say it.
  { usage: 'takeover <id>', describe: false, load: () => import('./tasks/takeover.ts') },
  { usage: 'handback <id>', describe: false, load: () => import('./tasks/handback.ts') },
  {
    usage: 'uninstall',
    describe: 'Take worktrees, refs, hooks and the store away',
    load: () => import('./uninstall.ts'),
  },
];
