// What a reviewer says of a commit, and how it is told to others.

/** Worst first. Who finds the first cannot approve. */
export const SEVERITIES = ['blocker', 'major', 'minor', 'note'] as const;
export type Severity = (typeof SEVERITIES)[number];

export const DECISIONS = ['approve', 'reject', 'dispute'] as const;
/** `dispute`: it cannot decide, and a person is asked. */
export type Decision = (typeof DECISIONS)[number];

export interface Finding {
  readonly file: string;
  /** From 1; null for the whole file. */
  readonly line: number | null;
  readonly severity: Severity;
  readonly message: string;
}

/** A verdict, and whose it is. */
export interface Opinion {
  readonly reviewer: string;
  readonly decision: Decision;
  readonly reason: string;
  readonly findings: readonly Finding[];
}

const LONGEST_LIST = 100;

/** `src/a.ts:3 blocker: it never ends`, on one line. */
export function findingLine({ file, line, severity, message }: Finding): string {
  return oneLine(`${file}${line === null ? '' : `:${line}`} ${severity}: ${message}`);
}

/** Worst first; the order is kept among equals. What is more than `most` is only counted. */
export function findingLines(findings: readonly Finding[], most = LONGEST_LIST): string[] {
  const rank = (finding: Finding) => SEVERITIES.indexOf(finding.severity);
  const lines = [...findings].sort((one, other) => rank(one) - rank(other)).map(findingLine);
  return lines.length <= most ? lines : [...lines.slice(0, most), `and ${lines.length - most} more`];
}

/** All that the next coder, or a person, needs to know: who said what, and where. */
export function tellOpinions(opinions: readonly Opinion[]): string {
  return opinions.map((opinion) => tellOpinion(opinion, opinions.length > 1)).join('\n\n');
}

function tellOpinion({ reviewer, decision, reason, findings }: Opinion, named: boolean): string {
  const said = named ? `${reviewer} (${decision})${reason === '' ? '' : `: ${reason}`}` : reason;
  const lines = findingLines(findings).map((line) => `- ${line}`);
  return [said, ...(lines.length > 0 ? [lines.join('\n')] : [])].join('\n\n');
}

function oneLine(text: string): string {
  return text.replace(/[\s\u0085]+/g, ' ').trim();
}
