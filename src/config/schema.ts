// .steroids/config.yaml: what may stand in it, and what holds where it says nothing.

import { z } from 'zod';
import { SCHEDULING_MODES } from '../task/schedule.ts';
import { readSize } from './size.ts';
import { LONGEST_KEPT, readTime } from './time.ts';

/** A text that is a time of at least and at most so many milliseconds. */
const time = (least: number, most: number, said: string) =>
  z
    .string()
    .refine((text) => readTime(text) !== undefined, { error: 'a time like 90s, 30m, 2h or 30d', abort: true })
    .transform((text) => readTime(text) ?? 0)
    .refine((ms) => ms >= least && ms <= most, said);

const duration = time(1, 2 ** 31 - 1, 'a time of at least 1ms and at most 24 days');
const retention = time(0, LONGEST_KEPT, 'a time of at most 3650d');

/** Characters: enough for our own words, and for what a model can read. */
const briefLimit = z
  .union([z.int(), z.string()])
  .transform((given) => readSize(String(given)) ?? 0)
  .refine(
    (size) => size >= 10_000 && size <= 10_000_000,
    'a number of characters from 10k to 10M, like 100k',
  );

const fileOnMain = z
  .string()
  .regex(/^(?!\/)(?!(.*\/)?\.\.?(\/|$)).+$/, 'a path from the top of the repository, without "." or ".."');

/** A number of bytes, or a text like 100M. */
const bytes = (least: number, said: string) =>
  z
    .union([z.int(), z.string()])
    .transform((given) => readSize(String(given)) ?? 0)
    .refine((size) => size >= least, said);

/** A string runs in a shell, a list without one. */
const command = z.union([z.string().min(1), z.array(z.string()).min(1)], {
  error: 'a command: a string (run in a shell) or a list of words (run without one)',
});
const bound = z.int().min(1).max(100);

const dollars = z.number().positive();
const long = time(1, LONGEST_KEPT, 'a time of at least 1ms and at most 3650d');
const COST = 'US dollars like 5, or { task: 5, day: 50, total: 500 }';
const SPENT = 'a time like 2h, or { task: 2h, day: 20h, total: 300h }';
const ATTEMPTS = 'a number from 1 to 100, or { each: 3, total: 8 }';
const name = z.string().regex(/^[A-Za-z0-9][\w.-]*$/, 'a name of letters, digits, "-", "_" and "."');

/** Agents that are known by name; how each is driven stands in `coder/agents`. */
export const AGENT_NAMES = ['acp', 'claude', 'codex', 'gemini', 'opencode', 'pi', 'qwen'] as const;

/** Those that cannot be given an MCP server. */
export const WITHOUT_TOOLS: readonly string[] = ['pi'];

/** What is started: a command, or an agent with what is its own; `acp` is an agent and a command. */
const program = {
  command: command.optional(),
  agent: z.enum(AGENT_NAMES).optional(),
  model: z.string().min(1).optional(),
  /** Added to the agent's command. */
  args: z.array(z.string()).optional(),
};

const coder = z.strictObject({
  ...program,
  /** Whether the agent is given an MCP server to say something back; it is, unless this says no. */
  mcp: z.boolean().optional(),
  /** Coders that take its tasks while the provider of its agent refuses. */
  fallback: z.array(name).optional(),
  timeLimit: duration.prefault('30m'),
  /** Without output, work of a processor or a changed file. An agent has 10m unless it is given, a command none. */
  silenceLimit: duration.optional(),
  /** How often an agent may call a tool with the same input in a row. */
  repeatLimit: z.int().min(2).max(10_000).default(25),
  /** Bytes that it may print: nobody reads as much, and a loop that prints fills the disk. */
  outputLimit: bytes(10_000, 'a number of bytes from 10k, like 100M').prefault('100M'),
  /** `Name <email>` for its commits; by default the identity that git has. */
  author: z
    .string()
    .regex(/^[^<>\n]+ <[^<>\n]+>$/, 'like "Name <name@example.org>"')
    .optional(),
});

/** Agents that code may have it too. */
export const USUAL_KEY = 'ANTHROPIC_API_KEY';

const SANDBOX = 'none, bubblewrap, or { write: [paths], network: true | false } for bubblewrap';

/** `none`, or what bubblewrap lets coders, reviewers, set-up and verification do besides writing into their worktree. */
const sandbox = z.union(
  [
    z.enum(['none', 'bubblewrap']),
    z.strictObject({
      /** Absolute, or in the home folder: `~`, `~/…`. */
      write: z.array(z.string().regex(/^(~$|~\/|\/)/, 'a path that begins with / or ~/')).default([]),
      network: z.boolean().default(true),
    }),
  ],
  { error: SANDBOX },
);

/** Small and fast: what it is asked is read from files anyhow. */
const SMALL_MODEL = 'claude-haiku-4-5';

/** A model that is asked through its provider's SDK. */
const anthropic = z.strictObject({
  model: z.string().min(1),
  /** Of one answer. */
  maxTokens: z.int().min(1).max(1_000_000).default(16_000),
  /** The variable that holds the key. Another one than this is kept from everybody else. */
  key: z
    .string()
    .regex(/^[A-Za-z_]\w*$/, 'the name of a variable')
    .default(USUAL_KEY),
});

/** US dollars for a million tokens; some models cost nothing. */
const tokenPrice = z.number().min(0).max(10_000);
const price = z.strictObject({
  input: tokenPrice,
  output: tokenPrice,
  cacheRead: tokenPrice.optional(),
  cacheWrite: tokenPrice.optional(),
});

/** What an agent of the other kind changes cannot be kept from it by options. */
export const REVIEWING = AGENT_NAMES.filter((name) => name !== 'acp');
const reviewing = z.enum(REVIEWING, { error: `one of ${REVIEWING.join(', ')} (over ACP, agents only code)` });

const withItsAgent = ({ agent, model, args }: { agent?: unknown; model?: unknown; args?: unknown }) =>
  agent !== undefined || (model === undefined && args === undefined);

const reviewer = z
  .strictObject({
    ...program,
    agent: reviewing.optional(),
    anthropic: anthropic.optional(),
    timeLimit: duration.prefault('10m'),
  })
  .refine(
    ({ command, agent, anthropic }) =>
      [command, agent, anthropic].filter((one) => one !== undefined).length === 1,
    `one of: a command, an agent (${REVIEWING.join(', ')}), or anthropic: { model: … }`,
  )
  .refine(withItsAgent, 'model and args go with an agent');

/** Who answers about conflicts on standard output: a command, an agent. */
const analyst = z
  .strictObject({ ...program, agent: reviewing.optional(), timeLimit: duration.prefault('5m') })
  .refine(
    ({ command, agent }) => (command === undefined) !== (agent === undefined),
    `one of: a command, or an agent (${REVIEWING.join(', ')})`,
  )
  .refine(withItsAgent, 'model and args go with an agent');

/** A command alone, or all of it. A union would not say where in it the mistake is. */
const analysts = z.record(
  name,
  z.preprocess(
    (given) => (typeof given === 'string' || Array.isArray(given) ? { command: given } : given),
    analyst,
  ),
);

/** Who reviews: a name, names who all have to approve, or names and how many of them have to. */
const reviewers = z.union(
  [
    name,
    z.array(name).min(1),
    z.strictObject({ by: z.array(name).min(1), rule: z.enum(['all', 'any', 'majority']).default('all') }),
  ],
  { error: 'a name, a list of names, or { by: [names], rule: all | any | majority }' },
);

const expression = z.string().min(1).max(1_000).refine(isExpression, 'a regular expression');

function isExpression(text: string): boolean {
  try {
    new RegExp(text, 'm');
    return true;
  } catch {
    return false;
  }
}

/** A command for the whole, or one where something is affected: in the folder of each component, or once at the top. */
const verify = z.union(
  [
    command,
    z
      .strictObject({
        command,
        /** What it prints has to meet this, or it has not passed. */
        expect: expression.optional(),
        affected: z.union([z.literal(true), z.literal('once')]).optional(),
        /** By the component's key: another command, or `skip`. */
        components: z.record(z.string().min(1), command).default({}),
      })
      .refine(({ affected, components }) => affected !== undefined || Object.keys(components).length === 0),
  ],
  {
    error:
      'a command, or { command: …, expect: a regular expression, affected: true | once, components: { key: command | skip } }',
  },
);

const glob = z.string().min(1).regex(/^[^:]/, 'a glob without a ":" before it');

const ZONE_PATHS = 'globs of its files, like ["api/**"]';

const zone = {
  paths: z.array(glob, { error: ZONE_PATHS }).min(1, ZONE_PATHS),
  maxRunners: z.int().min(1).max(100).default(1),
  exclusive: z.boolean().default(false),
  /** Whose tasks belong to it where they name no paths. */
  sections: z.array(z.string().min(1)).default([]),
  /** Who reviews what is changed in it, instead of `reviewer`. */
  reviewer: reviewers.optional(),
  /** The same, as a list. */
  reviewers: z.array(name, { error: 'a list of names of reviewers' }).min(1).optional(),
};
const zoneName = z
  .string()
  .trim()
  .min(1)
  .regex(/^[^\n\r\0:/"]+$/, 'a name of one line without ":", "/" and quotes');

const zoneList = z.array(z.strictObject({ name: zoneName, ...zone }), {
  error: 'a list of zones { name, paths }, or a map from names to { paths }',
});
const zoneMap = z
  .record(zoneName, z.strictObject(zone))
  .transform((named) => Object.entries(named).map(([name, rest]) => ({ name, ...rest })));

/** A list with names, or a map from names; a list from here on. A union would not say where in it the mistake is. */
const zones = z
  .unknown()
  .transform((given, context): Omit<z.output<typeof zoneList>[number], 'reviewers'>[] => {
    const isMap = given !== null && typeof given === 'object' && !Array.isArray(given);
    const { data = [], error } = isMap ? zoneMap.safeParse(given) : zoneList.safeParse(given);
    for (const issue of error?.issues ?? [])
      context.issues.push({ ...issue, input: given } as z.core.$ZodRawIssue);
    return data.map(({ reviewer, reviewers: list, ...zone }, index) => {
      if (reviewer !== undefined && list !== undefined) {
        const path = [isMap ? zone.name : index, 'reviewers'];
        context.issues.push({
          code: 'custom',
          message: 'reviewer or reviewers, not both',
          path,
          input: given,
        });
      }
      const chosen = reviewer ?? list;
      return chosen === undefined ? zone : { ...zone, reviewer: chosen };
    });
  });

export const configSchema = z.strictObject({
  version: z.literal(1, { error: 'this version of steroids reads version: 1' }).default(1),
  main: z.string().min(1).optional(),
  coder: name.optional(),
  coders: z.record(name, coder).default({}),
  reviewer: reviewers.default('none'),
  reviewers: z.record(name, reviewer).default({}),
  review: z
    .strictObject({
      /** By the section's name: for all of its tasks, instead of `reviewer`. */
      sections: z.record(z.string().min(1), reviewers).default({}),
      /** By a glob as in `merge.protected`: for what is changed there. */
      paths: z.record(glob, reviewers).default({}),
    })
    .prefault({}),
  brief: z
    .strictObject({
      /** A file on main, in place of the built-in template. */
      template: fileOnMain.optional(),
      /** How long a brief may be, in characters. */
      limit: briefLimit.prefault('100k'),
    })
    .prefault({}),
  worktrees: z
    .strictObject({
      /** Relative to the repository's folder. */
      root: z.string().min(1).optional(),
      /** Undefined: the frozen install of the package manager that is found. */
      setup: z.array(command).optional(),
      setupTimeLimit: duration.prefault('20m'),
      /** Leave worktrees in place when their runner ends. */
      keep: z.boolean().default(false),
    })
    .prefault({}),
  runners: z
    .strictObject({
      /** Undefined: `directory` where there are zones. */
      isolation: z.enum(['section', 'directory'], { error: 'section or directory' }).optional(),
      zones: zones.prefault([]),
      /** What becomes of a change outside of its task's zones. */
      outside: z.enum(['warn', 'fail', 'reassign'], { error: 'warn, fail or reassign' }).default('warn'),
    })
    .prefault({}),
  locks: z
    .strictObject({
      /** Whether tasks whose paths overlap wait for each other, and for what others really change. */
      files: z.boolean().default(false),
    })
    .prefault({}),
  merge: z
    .strictObject({
      verify: z.array(verify).default([]),
      verifyTimeLimit: duration.prefault('60m'),
      /** Main is pushed there with every landing; undefined: nothing is pushed anywhere. */
      remote: name.optional(),
      /** Globs as in git's pathspecs: a change to them waits for a person, whoever else approved it. */
      protected: z.array(glob).default(['.steroids/**']),
    })
    .prefault({}),
  limits: z
    .strictObject({
      /** How often each way of not succeeding may happen to a task; `total`: codings of it, all together. */
      attempts: z
        .union([bound, z.strictObject({ each: bound.default(3), total: bound.optional() })], {
          error: ATTEMPTS,
        })
        .default(3),
      rejections: bound.optional(),
      conflicts: bound.optional(),
      verifications: bound.optional(),
      unchanged: bound.optional(),
      failures: bound.optional(),
      reviews: bound.optional(),
      replays: bound.optional(),
      /** US dollars that one task may cost, or also all tasks in a day (UTC), or ever. No attempt begins that might pass it. */
      cost: z
        .union(
          [
            dollars,
            z.strictObject({
              task: dollars.optional(),
              day: dollars.optional(),
              total: dollars.optional(),
            }),
          ],
          { error: COST },
        )
        .optional(),
      /** Time that coders and reviewers may spend, likewise. */
      time: z
        .union(
          [
            duration,
            z.strictObject({
              task: duration.optional(),
              day: long.optional(),
              total: long.optional(),
            }),
          ],
          { error: SPENT },
        )
        .optional(),
      /** How long a process that does not answer keeps what it holds. */
      lease: duration.prefault('30s'),
    })
    .prefault({}),
  archive: z
    .strictObject({
      /** How long `gc` leaves what has landed or ended. */
      keep: retention.prefault('30d'),
    })
    .prefault({}),
  logs: z
    .strictObject({
      /** How long `gc` leaves what coders and reviewers print, of a task that has not ended too. */
      keep: retention.prefault('30d'),
      /** Bytes of it altogether: `gc` takes the oldest away. */
      size: bytes(100_000, 'a number of bytes from 100k, like 2G').prefault('2G'),
    })
    .prefault({}),
  /** `auto`: a process namespace where the system gives one, else a process group. */
  processes: z.enum(['auto', 'group']).default('auto'),
  sandbox: sandbox.default('none'),
  /** The model that is asked about a repository's structure and about conflicts, where somebody wants that; and when. */
  analysis: anthropic
    .extend({
      model: z.string().min(1).default(SMALL_MODEL),
      /** Who is asked about conflicts besides the static analyst: `model`, a name of `analysis.commands`, or an agent's. */
      analysts: z.array(z.string().min(1)).default([]),
      commands: analysts.default({}),
      /** A file on main, in place of the built-in template of what they are asked. */
      template: fileOnMain.optional(),
      /** How long what they are asked may be, in characters. */
      limit: briefLimit.prefault('100k'),
      /** What the model costs, so that it can be told. */
      price: price.optional(),
      /** Of the model; each of `commands` has its own. */
      timeLimit: duration.prefault('2m'),
      /** When a second runner starts. */
      onStart: z.enum(['ask', 'warn', 'off']).default('ask'),
      /** Before a task is claimed while others are under way. */
      onPickup: z.enum(['off', 'warn', 'hold']).default('off'),
    })
    .prefault({}),
  /** The model that is asked where a new task belongs; without it none is. */
  routing: anthropic
    .extend({
      /** For its answer. Then what words and history say holds. */
      timeLimit: duration.prefault('20s'),
      /** `always`: also for the files of a task that is added without `--auto-section` and paths. */
      ask: z.enum(['auto-section', 'always'], { error: 'auto-section or always' }).default('auto-section'),
    })
    .optional(),
  /** Whom predictions hold back, and when nothing more is begun. */
  scheduling: z
    .strictObject({
      /** Undefined: `balanced` where `analysis` is asked for, else `aggressive`. */
      mode: z.enum(SCHEDULING_MODES, { error: SCHEDULING_MODES.join(', ') }).optional(),
      /** A task that was held back so long goes first. */
      hold: duration.prefault('1h'),
      /** With so many entries in the merge queue nothing is begun. */
      queue: z.int().min(1).max(100_000).default(50),
      /** Bytes of memory without which nothing is begun beside others. */
      memory: bytes(1, 'a number of bytes, like 512M').prefault('256M'),
    })
    .prefault({}),
  environment: z
    .strictObject({
      /** Secrets that set-up and verification need all the same. */
      keep: z.array(z.string()).default([]),
    })
    .prefault({}),
});

export type Config = z.output<typeof configSchema>;
export type VerifyConfig = z.output<typeof verify>;
export type ReviewerConfig = Config['reviewers'][string];
export type ReviewersConfig = Config['reviewer'];
export type AnalystConfig = Config['analysis']['commands'][string];
/** What coders and reviewers have in common. */
export type ProgramConfig = Pick<CoderConfig, keyof typeof program>;
export type CoderConfig = Config['coders'][string];
