// The template of what analysts of conflicts are asked: the specification's, or text of the project's own.

import { fillParts, mistakeInParts } from './parts.ts';

/** What may stand in a template as `{{name}}`. */
const ANALYSIS_PARTS = ['tasks', 'structure', 'schema'] as const;

export type AnalysisPart = (typeof ANALYSIS_PARTS)[number];

export const ANALYSIS_TEMPLATE = `You are analyzing tasks for potential conflicts in a multi-runner setup.

{{tasks}}

PROJECT STRUCTURE:
{{structure}}

Analyze for:
1. FILE CONFLICTS - Tasks that might modify the same files
2. BUILD CONFLICTS - Shared dependencies, build artifacts, test resources
3. LOGICAL CONFLICTS - Tasks that depend on each other's output
4. TIMING RISKS - What if these tasks run at the exact same time?

For each conflict found, rate risk (high/medium/low) and suggest mitigation.
Only tasks that can run at the same time conflict: one that comes after another one begins when that has landed.
Call tasks by their ids, and files by their paths from the root of the repository, as they stand above.

Provide your analysis as JSON matching this schema:
{{schema}}

Answer with that one JSON object and nothing else.
`;

const NEEDED = { tasks: 'what is asked about', schema: 'how the answer is to look' };

/** @returns a sentence about what is wrong with a template, and where */
export function mistakeInAnalysisTemplate(template: string, limit: number): string | undefined {
  const setting = 'analysis.limit';
  return mistakeInParts(template, { names: ANALYSIS_PARTS, needed: NEEDED, limit, setting });
}

export const fillAnalysisTemplate: (
  template: string,
  parts: Readonly<Record<AnalysisPart, string>>,
) => string = fillParts;
