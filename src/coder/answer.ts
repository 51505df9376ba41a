// What a coder says back: a JSON file that `STEROIDS_ANSWER` names. What it prints is prose, and prose changes nothing.

import { lstat } from 'node:fs/promises';
import { z } from 'zod';
import { readFileIfThere } from '../disk/files.ts';

/** Bytes of an answer: it is a few sentences. */
const MAX_ANSWER = 100_000;
const MAX_FOLLOW_UPS = 20;

const line = z
  .string()
  .trim()
  .min(1, 'it is empty')
  .max(200)
  .regex(/^[^\n\r\0]*$/, 'a title is one line');
const words = z.string().trim().min(1, 'it is empty').max(20_000);

const followUps = z
  .array(
    z.strictObject({
      title: line,
      spec: z.string().max(50_000).default(''),
      paths: z.array(z.string().min(1)).max(100).default([]),
    }),
  )
  .max(MAX_FOLLOW_UPS)
  .default([]);

const schema = z.discriminatedUnion('outcome', [
  z.strictObject({ outcome: z.literal('done'), followUps }),
  z.strictObject({ outcome: z.literal('blocked'), question: words, followUps }),
  z.strictObject({
    outcome: z.literal('already-done'),
    commits: z
      .array(z.string().regex(/^[0-9a-f]{7,64}$/, 'a commit’s hash'))
      .min(1)
      .max(100),
    reason: words,
    followUps,
  }),
  z.strictObject({ outcome: z.literal('nothing-to-do'), reason: words, followUps }),
  z.strictObject({ outcome: z.literal('dispute'), reason: words, followUps }),
]);

export type Answer = z.output<typeof schema>;

export type ReadAnswer =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'unreadable'; readonly reason: string };

const DONE: ReadAnswer = { kind: 'answer', answer: { outcome: 'done', followUps: [] } };

/** No file means that it is done. */
export async function readAnswer(file: string): Promise<ReadAnswer> {
  const stats = await lstat(file).catch(() => undefined);
  if (stats === undefined) return DONE;
  // A link would have us read whatever it names.
  if (!stats.isFile()) return unreadable('it is no plain file');
  if (stats.size > MAX_ANSWER) return unreadable(`it is longer than ${MAX_ANSWER / 1_000} kB`);
  let value: unknown;
  try {
    value = JSON.parse((await readFileIfThere(file)) ?? '');
  } catch (error) {
    return unreadable(`it is not JSON (${(error as Error).message.slice(0, 200)})`);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return { kind: 'answer', answer: parsed.data };
  const [issue] = parsed.error.issues;
  const where = issue?.path.length ? `${issue.path.join('.')}: ` : '';
  return unreadable(`${where}${issue?.message}`);
}

function unreadable(reason: string): ReadAnswer {
  return { kind: 'unreadable', reason };
}
