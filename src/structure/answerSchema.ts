// What a model is to answer with, and reading that.

import { z } from 'zod';

/** What the provider's structured answers do not know. */
const UNKNOWN = ['$schema', 'default', 'minLength', 'maxLength'];

/** For the provider: JSON schema of what a model is to answer. */
export function answerSchema(answer: z.ZodType): Readonly<Record<string, unknown>> {
  return JSON.parse(
    JSON.stringify(z.toJSONSchema(answer, { io: 'output' }), (key, value) =>
      UNKNOWN.includes(key) ? undefined : value,
    ),
  );
}

export type ReadAnswer<Answer> =
  | { readonly kind: 'read'; readonly answer: Answer }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** @param said the whole answer: one JSON object, and nothing before or after it */
export function readAnswer<Answer>(schema: z.ZodType<Answer>, said: string): ReadAnswer<Answer> {
  let data: unknown;
  try {
    data = JSON.parse(said);
  } catch {
    return { kind: 'unreadable', reason: 'it is not JSON' };
  }
  const read = schema.safeParse(data);
  if (read.success) return { kind: 'read', answer: read.data };
  const [issue] = read.error.issues;
  return { kind: 'unreadable', reason: `${issue?.path.join('.') || 'it'}: ${issue?.message}` };
}
