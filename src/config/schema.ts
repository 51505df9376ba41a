// .steroids/config.yaml: what may stand in it, and what holds where it says nothing.

import { z } from 'zod';
import { SCHEDULING_MODES } from '../task/schedule.ts';
import { analysts, coder, priced, type program, reviewer, reviewers, SMALL_MODEL } from './programs.ts';
import {
  bound,
  briefLimit,
  bytes,
  command,
  dollars,
  duration,
  expression,
  fileOnMain,
  glob,
  long,
  name,
  retention,
  whole,
} from './values.ts';
import { zones } from './zoneSchema.ts';

const COST = 'US dollars like 5, or { task: 5, day: 50, total: 500 }';
const SPENT = 'a time like 2h, or { task: 2h, day: 20h, total: 300h }';
const ATTEMPTS = 'a number from 1 to 100, or { each: 3, total: 8 }';
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
  analysis: priced
    .extend({
      model: z.string().min(1).default(SMALL_MODEL),
      /** Who is asked about conflicts besides the static analyst: `model`, a name of `analysis.commands`, or an agent's. */
      analysts: z.array(z.string().min(1)).default([]),
      commands: analysts.default({}),
      /** A file on main, in place of the built-in template of what they are asked. */
      template: fileOnMain.optional(),
      /** How long what they are asked may be, in characters. */
      limit: briefLimit.prefault('100k'),
      /** Of the model; each of `commands` has its own. */
      timeLimit: duration.prefault('2m'),
      /** When a second runner starts. */
      onStart: z.enum(['ask', 'warn', 'off']).default('ask'),
      /** Before a task is claimed while others are under way. */
      onPickup: z.enum(['off', 'warn', 'hold']).default('off'),
    })
    .prefault({}),
  /** The model that is asked where a new task belongs; without it none is. */
  routing: priced
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
      queue: whole(1, 100_000).default(50),
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
