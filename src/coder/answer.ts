// What a coder says back: a JSON file that `STEROIDS_ANSWER` names. What it prints is prose, and prose changes nothing.

import { lstat } from 'node:fs/promises';
import { z } from 'zod';
import { readFileIfThere, writeFileAtomically } from '../disk/files.ts';

/** Bytes of an answer: it is a few sentences. */
const MAX_ANSWER = 100_000;
const TOO_LONG = `it is longer than ${MAX_ANSWER / 1_000} kB`;
const MAX_FOLLOW_UPS = 20;
const MAX_NOTES = 20;

const line = z
  .string()
  .trim()
  .min(1, 'it is empty')
  .max(200)
  .regex(/^[^\n\r\0]*$/, 'a title is one line');
const words = z.string().trim().min(1, 'it is empty').max(20_000);

/** The parts of an answer, each of which a tool of the MCP server takes by itself. */
export const ANSWER_PARTS = {
  question: words,
  reason: words,
  note: z.string().trim().min(1, 'it is empty').max(2_000),
  commits: z
    .array(z.string().regex(/^[0-9a-f]{7,64}$/, 'a commit’s hash'))
    .min(1)
    .max(100),
  followUp: z.strictObject({
    title: line,
    spec: z.string().max(50_000).default(''),
    paths: z.array(z.string().min(1)).max(100).default([]),
  }),
} as const;

const { question, reason, commits } = ANSWER_PARTS;

/** What stands beside any outcome. */
const beside = {
  followUps: z.array(ANSWER_PARTS.followUp).max(MAX_FOLLOW_UPS).default([]),
  notes: z.array(ANSWER_PARTS.note).max(MAX_NOTES).default([]),
};

const schema = z.discriminatedUnion('outcome', [
  z.strictObject({ outcome: z.literal('done'), ...beside }),
  z.strictObject({ outcome: z.literal('blocked'), question, ...beside }),
  z.strictObject({ outcome: z.literal('already-done'), commits, reason, ...beside }),
  z.strictObject({ outcome: z.literal('nothing-to-do'), reason, ...beside }),
  z.strictObject({ outcome: z.literal('dispute'), reason, ...beside }),
]);

export type Answer = z.output<typeof schema>;

export type ReadAnswer =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'unreadable'; readonly reason: string };

const DONE: ReadAnswer = { kind: 'answer', answer: { outcome: 'done', followUps: [], notes: [] } };

/** No file means that it is done. */
export async function readAnswer(file: string): Promise<ReadAnswer> {
  const stats = await lstat(file).catch(() => undefined);
  if (stats === undefined) return DONE;
  // A link would have us read whatever it names.
  if (!stats.isFile()) return unreadable('it is no plain file');
  if (stats.size > MAX_ANSWER) return unreadable(TOO_LONG);
  let value: unknown;
  try {
    value = JSON.parse((await readFileIfThere(file)) ?? '');
  } catch (error) {
    return unreadable(`it is not JSON (${(error as Error).message.slice(0, 200)})`);
  }
  return parse(value);
}

/**
 * Writes what a coder says into its file, whole or not at all.
 * @param change from the answer that stands there, which is `done` where there is no file
 * @returns what stands there now, or why nothing was written
 */
export async function changeAnswer(file: string, change: (answer: Answer) => unknown): Promise<ReadAnswer> {
  const read = await readAnswer(file);
  if (read.kind === 'unreadable') return read;
  const changed = parse(change(read.answer));
  if (changed.kind === 'unreadable') return changed;
  const text = `${JSON.stringify(changed.answer, null, 2)}\n`;
  if (Buffer.byteLength(text) > MAX_ANSWER) return unreadable(TOO_LONG);
  await writeFileAtomically(file, text);
  return changed;
}

function parse(value: unknown): ReadAnswer {
  const parsed = schema.safeParse(value);
  if (parsed.success) return { kind: 'answer', answer: parsed.data };
  const [issue] = parsed.error.issues;
  const where = issue?.path.length ? `${issue.path.join('.')}: ` : '';
  return unreadable(`${where}${issue?.message}`);
}

function unreadable(reason: string): ReadAnswer {
  return { kind: 'unreadable', reason };
}
