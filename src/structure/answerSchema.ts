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
