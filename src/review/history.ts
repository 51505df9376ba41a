// The history of a task's attempts, drawn for people.

import stringWidth from 'string-width';
import type { AttemptOutcome } from '../task/attempt.ts';
import type { TaskCommit } from '../task/event.ts';
import { type Sha, shortSha } from '../task/ids.ts';
import { type Finding, findingLines } from '../task/opinion.ts';

export interface HistoryAttempt {
  readonly number: number;
  readonly outcome: AttemptOutcome;
  /** Rejected by no reviewer: it changed files outside of its zone. */
  readonly outside?: boolean;
  readonly commits: readonly TaskCommit[];
  /** Why it was sent back. */
  readonly reason: string | null;
  /** What the reviewers of it found. */
  readonly findings?: readonly Finding[];
}

export interface ReviewHistory {
  readonly title: string;
  readonly status: string;
  readonly attempts: readonly HistoryAttempt[];
  readonly current: {
    readonly base: Sha;
    readonly baseIs: string;
    readonly tip: Sha;
    readonly files: number;
    readonly insertions: number;
    readonly deletions: number;
  } | null;
}

const LABELS: Readonly<Record<AttemptOutcome, string>> = {
  coding: 'CODING NOW',
  submitted: 'CURRENT',
  rejected: 'REJECTED',
  conflicted: 'CONFLICTED',
  broken: 'VERIFICATION FAILED',
  unchanged: 'CHANGED NOTHING',
  unresolved: 'CONFLICT NOT SOLVED',
  failed: 'FAILED',
  asked: 'ASKED A PERSON',
  interrupted: 'INTERRUPTED',
  abandoned: 'ABANDONED',
  landed: 'LANDED',
};

const SIGNS: Partial<Record<AttemptOutcome, string>> = {
  rejected: '❌ Rejected',
  conflicted: '⚠ Conflict',
  broken: '❌ Verification',
};

const SHOWN = 20;

/** @param width columns of the frame */
export function drawHistory(history: ReviewHistory, width = 67): string {
  const lines = [`Task: ${history.title}`, `Status: ${history.status}`, '', '📜 COMMIT HISTORY:'];
  const bar = '─'.repeat(width - 2);
  history.attempts.forEach((attempt, index) => {
    lines.push(index === 0 ? `┌${bar}┐` : `├${bar}┤`);
    lines.push(...attemptLines(attempt).flatMap((line) => boxed(line, width)));
  });
  lines.push(history.attempts.length === 0 ? '(no attempt yet)' : `└${bar}┘`);
  const { current } = history;
  if (current) {
    lines.push('', '📊 CURRENT DIFF (this attempt only):');
    lines.push(
      `  base: ${shortSha(current.base)} (${current.baseIs})`,
      `  tip:  ${shortSha(current.tip)} (latest)`,
      '',
    );
    lines.push(`  Files changed: ${current.files}`, `  +${current.insertions} -${current.deletions} lines`);
  }
  return lines.join('\n');
}

function attemptLines(attempt: HistoryAttempt): string[] {
  const commits = attempt.commits.map(
    (commit) => `  ${shortSha(commit.hash)} - ${commit.message.split('\n', 1)[0]}`,
  );
  const reason = attempt.reason
    ? [
        `  ${attempt.outside ? '❌ Outside of its zone' : (SIGNS[attempt.outcome] ?? '•')}: ${JSON.stringify(attempt.reason.split('\n', 1)[0])}`,
      ]
    : [];
  return [
    `Attempt #${attempt.number} (${attempt.outside ? 'OUTSIDE OF ITS ZONE' : LABELS[attempt.outcome]})`,
    ...(commits.length > 0 ? commits : ['  (no commits)']),
    ...reason,
    ...findingLines(attempt.findings ?? [], SHOWN).map((line) => `    ${line}`),
  ];
}

const INDENT = '    ';

/** Wraps a line into the frame. */
function boxed(line: string, width: number): string[] {
  const room = width - 4;
  const rows: string[] = [];
  // What a coder wrote must not move the terminal's cursor.
  let rest = line.replace(/\p{Cc}/gu, ' ');
  while (rest !== '') {
    const indent = rows.length === 0 ? '' : INDENT;
    const part = fitting(rest, room - indent.length);
    rows.push(indent + part);
    rest = rest.slice(part.length);
  }
  return rows.map((row) => `│ ${row}${' '.repeat(Math.max(0, room - stringWidth(row)))} │`);
}

/** As much of the text's beginning as goes into so many columns; one character at least. */
function fitting(text: string, room: number): string {
  let part = '';
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (part !== '' && stringWidth(part + segment) > room) break;
    part += segment;
  }
  return part;
}
