// What an analyst of conflicts answers: the specification's `ConflictAnalysis`, field by field.

import { z } from 'zod';
import { answerSchema, readAnswer } from '../structure/answerSchema.ts';

export const RISKS = ['low', 'medium', 'high'] as const;
export type Risk = (typeof RISKS)[number];

const risk = z.enum(RISKS);
const sentence = z.string().trim().min(1).max(1_000);
const id = z.string().trim().min(1).max(200);

const conflictAnalysis = z.object({
  /** Overall. */
  canRunInParallel: z.boolean(),
  confidence: z.enum(['high', 'medium', 'low']),
  fileConflicts: z.array(
    z.object({
      /** Ids of tasks. */
      taskA: id,
      taskB: id,
      /** Paths from the root of the repository. */
      files: z.array(z.string().trim().min(1).max(1_000)),
      risk,
      reason: sentence,
    }),
  ),
  buildConflicts: z.array(z.object({ description: sentence, risk, mitigation: sentence })),
  /** One task needs, or breaks, what another one makes. */
  logicalConflicts: z
    .array(
      z.object({
        taskA: id.describe('the one that had better land first'),
        taskB: id,
        description: sentence,
        risk,
        mitigation: sentence,
      }),
    )
    .optional(),
  /** What comes of running at the very same time. */
  timingRisks: z.array(z.object({ description: sentence, risk, mitigation: sentence })).optional(),
  recommendations: z.array(sentence),
  /** Ids of tasks that can run together, group by group. */
  safeParallelGroups: z.array(z.array(id)),
});

export type ConflictAnalysis = z.output<typeof conflictAnalysis>;
export type FileConflict = ConflictAnalysis['fileConflicts'][number];
export type LogicalConflict = NonNullable<ConflictAnalysis['logicalConflicts']>[number];

/** For whoever answers: JSON schema of the answer. */
export const CONFLICT_ANALYSIS_SCHEMA = answerSchema(conflictAnalysis);

export type ReadConflictAnalysis =
  | { readonly kind: 'analysis'; readonly analysis: ConflictAnalysis }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** @param said the whole answer: one JSON object, and nothing before or after it */
export function readConflictAnalysis(said: string): ReadConflictAnalysis {
  const read = readAnswer(conflictAnalysis, said);
  return read.kind === 'read' ? { kind: 'analysis', analysis: read.answer } : read;
}
