// The kinds of values that stand in .steroids/config.yaml.

import { z } from 'zod';
import { readSize } from './size.ts';
import { LONGEST_KEPT, readTime } from './time.ts';

/** A text that is a time of at least and at most so many milliseconds. */
const time = (least: number, most: number, said: string) =>
  z
    .string()
    .refine((text) => readTime(text) !== undefined, { error: 'a time like 90s, 30m, 2h or 30d', abort: true })
    .transform((text) => readTime(text) ?? 0)
    .refine((ms) => ms >= least && ms <= most, said);

export const duration = time(1, 2 ** 31 - 1, 'a time of at least 1ms and at most 24 days');
export const retention = time(0, LONGEST_KEPT, 'a time of at most 3650d');

/** Characters: enough for our own words, and for what a model can read. */
export const briefLimit = z
  .union([z.int(), z.string()])
  .transform((given) => readSize(String(given)) ?? 0)
  .refine(
    (size) => size >= 10_000 && size <= 10_000_000,
    'a number of characters from 10k to 10M, like 100k',
  );

export const fileOnMain = z
  .string()
  .regex(/^(?!\/)(?!(.*\/)?\.\.?(\/|$)).+$/, 'a path from the top of the repository, without "." or ".."');

/** A number of bytes, or a text like 100M. */
export const bytes = (least: number, said: string) =>
  z
    .union([z.int(), z.string()])
    .transform((given) => readSize(String(given)) ?? 0)
    .refine((size) => size >= least, said);

/** A string runs in a shell, a list without one. */
export const command = z.union([z.string().min(1), z.array(z.string()).min(1)], {
  error: 'a command: a string (run in a shell) or a list of words (run without one)',
});

export const whole = (least: number, most: number) => {
  const error = () => `a whole number from ${least} to ${most.toLocaleString('en')}`;
  return z.int({ error }).min(least, { error }).max(most, { error });
};

export const bound = whole(1, 100);

export const dollars = z.number().positive();
export const long = time(1, LONGEST_KEPT, 'a time of at least 1ms and at most 3650d');
export const name = z.string().regex(/^[A-Za-z0-9][\w.-]*$/, 'a name of letters, digits, "-", "_" and "."');

export const glob = z.string().min(1).regex(/^[^:]/, 'a glob without a ":" before it');

export const expression = z.string().min(1).max(1_000).refine(isExpression, 'a regular expression');

function isExpression(text: string): boolean {
  try {
    new RegExp(text, 'm');
    return true;
  } catch {
    return false;
  }
}
