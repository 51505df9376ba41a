// .steroids/config.yaml: what may stand in it, and what holds where it says nothing.

import { z } from 'zod';

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** `30m`, `90s`, `2h`, `500ms` → milliseconds */
const duration = z
  .string()
  .regex(/^\d+(ms|s|m|h)$/, 'a time like 90s, 30m or 2h')
  .transform((text) => {
    const [, count, unit] = /^(\d+)(\w+)$/.exec(text) ?? [];
    return Number(count) * (UNITS[unit ?? ''] ?? 1);
  })
  .refine((ms) => ms > 0 && ms < 2 ** 31, 'a time of at least 1ms and at most 24 days');

/** A string runs in a shell, a list without one. */
const command = z.union([z.string().min(1), z.array(z.string()).min(1)], {
  error: 'a command: a string (run in a shell) or a list of words (run without one)',
});
const bound = z.int().min(1).max(100);
const name = z.string().regex(/^[A-Za-z0-9][\w.-]*$/, 'a name of letters, digits, "-", "_" and "."');

const coder = z.strictObject({
  command,
  timeLimit: duration.prefault('30m'),
  /** `Name <email>` for its commits; by default the identity that git has. */
  author: z
    .string()
    .regex(/^[^<>\n]+ <[^<>\n]+>$/, 'like "Name <name@example.org>"')
    .optional(),
});

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

const reviewer = z.strictObject({ command, timeLimit: duration.prefault('10m') });

export const configSchema = z.strictObject({
  version: z.literal(1, { error: 'this version of steroids reads version: 1' }).default(1),
  main: z.string().min(1).optional(),
  coder: name.optional(),
  coders: z.record(name, coder).default({}),
  reviewer: name.default('none'),
  reviewers: z.record(name, reviewer).default({}),
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
  merge: z
    .strictObject({
      verify: z.array(command).default([]),
      verifyTimeLimit: duration.prefault('60m'),
      /** Main is pushed there with every landing; undefined: nothing is pushed anywhere. */
      remote: name.optional(),
    })
    .prefault({}),
  limits: z
    .strictObject({
      attempts: bound.default(3),
      rejections: bound.optional(),
      conflicts: bound.optional(),
      verifications: bound.optional(),
      unchanged: bound.optional(),
      failures: bound.optional(),
      reviews: bound.optional(),
    })
    .prefault({}),
  /** `auto`: a process namespace where the system gives one, else a process group. */
  processes: z.enum(['auto', 'group']).default('auto'),
  sandbox: sandbox.default('none'),
  environment: z
    .strictObject({
      /** Secrets that set-up and verification need all the same. */
      keep: z.array(z.string()).default([]),
    })
    .prefault({}),
});

export type Config = z.output<typeof configSchema>;
export type CoderConfig = Config['coders'][string];
