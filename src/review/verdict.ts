import { z } from 'zod';

const schema = z.object({
  decision: z.enum(['approve', 'reject']),
  reason: z.string().default(''),
});

export type Verdict = z.output<typeof schema>;

export type ReadVerdict =
  | { readonly kind: 'verdict'; readonly verdict: Verdict }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** All that a reviewer prints must be one JSON object: an approval inside prose, a quotation or an echo is none. */
export function readVerdict(output: string): ReadVerdict {
  let value: unknown;
  try {
    value = JSON.parse(output);
  } catch {
    const shown = output.trim().slice(0, 80);
    return unreadable(
      shown === ''
        ? 'it printed nothing'
        : `it printed ${JSON.stringify(shown)}, which is not one JSON object`,
    );
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue?.path.length ? `${issue.path.join('.')}: ` : '';
    return unreadable(`its JSON is no verdict: ${where}${issue?.message}`);
  }
  if (parsed.data.decision === 'reject' && parsed.data.reason.trim() === '') {
    return unreadable('it rejects without a reason, and a coder cannot answer that');
  }
  return { kind: 'verdict', verdict: parsed.data };
}

function unreadable(reason: string): ReadVerdict {
  return { kind: 'unreadable', reason };
}
