import { z } from 'zod';
import { DECISIONS, findingLine, type Opinion, SEVERITIES } from '../task/opinion.ts';

export type Verdict = Omit<Opinion, 'reviewer'>;

/** Kept out of terminals and lists; a line's end and a tab may stay. */
const CONTROL = /[\p{Cc}\u2028\u2029]/gu;

const text = z
  .string()
  .transform((given) => given.replace(CONTROL, (one) => ('\n\t'.includes(one) ? one : ' ')));
const someText = text.refine((given) => given.trim() !== '', 'is empty');

/** More than anybody reads. */
const MOST_FINDINGS = 500;

const finding = z.object({
  file: someText,
  line: z
    .int()
    .min(1)
    .nullish()
    .transform((line) => line ?? null),
  severity: z.enum(SEVERITIES),
  message: someText,
});

/** Unknown keys are ignored. */
const schema = z.object({
  decision: z.enum(DECISIONS),
  reason: text.default(''),
  findings: z.array(finding).max(MOST_FINDINGS).default([]),
});

/** The same for a model's provider, which checks less. */
export const VERDICT_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['decision', 'reason', 'findings'],
  properties: {
    decision: { type: 'string', enum: DECISIONS },
    reason: { type: 'string' },
    findings: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['file', 'line', 'severity', 'message'],
        properties: {
          file: { type: 'string' },
          line: { anyOf: [{ type: 'integer' }, { type: 'null' }] },
          severity: { type: 'string', enum: SEVERITIES },
          message: { type: 'string' },
        },
      },
    },
  },
} as const;

export type ReadVerdict =
  | { readonly kind: 'verdict'; readonly verdict: Verdict }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** @param output the bytes that a reviewer printed */
export function readAnswer(output: Uint8Array): ReadVerdict {
  let decoded: string;
  try {
    decoded = new TextDecoder('utf-8', { fatal: true }).decode(output);
  } catch {
    return unreadable('it printed what is not UTF-8');
  }
  return readVerdict(decoded);
}

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
  const contradiction = contradictionIn(parsed.data);
  return contradiction === undefined ? { kind: 'verdict', verdict: parsed.data } : unreadable(contradiction);
}

/** One verdict on several parts: each has to be approved. @param about what each part is, in words */
export function combine(verdicts: readonly Verdict[], about: readonly string[]): Verdict {
  const decision = (['reject', 'dispute'] as const).find((one) =>
    verdicts.some((verdict) => verdict.decision === one),
  );
  const reasons = verdicts.flatMap((verdict, index) =>
    decision !== undefined && verdict.decision !== decision ? [] : [`${about[index]}: ${verdict.reason}`],
  );
  return {
    decision: decision ?? 'approve',
    reason: reasons.join('\n'),
    findings: verdicts.flatMap((verdict) => verdict.findings).slice(0, MOST_FINDINGS),
  };
}

function contradictionIn({ decision, reason, findings }: Verdict): string | undefined {
  const blocker = findings.find((one) => one.severity === SEVERITIES[0]);
  if (decision === 'approve' && blocker) return `it approves and names a blocker (${findingLine(blocker)})`;
  if (reason.trim() !== '' || decision === 'approve') return undefined;
  return decision === 'reject'
    ? 'it rejects without a reason, and a coder cannot answer that'
    : 'it disputes without a reason, and a person cannot decide by that';
}

function unreadable(reason: string): ReadVerdict {
  return { kind: 'unreadable', reason };
}
