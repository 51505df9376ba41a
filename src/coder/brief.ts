// What a coder is told, on standard input.

import type { Feedback, Layout } from '../task/attempt.ts';
import { shortSha } from '../task/ids.ts';
import type { Task } from '../task/task.ts';

export interface BriefInput {
  readonly task: Task;
  readonly attempt: number;
  readonly main: string;
  /** What became of each earlier attempt, oldest first. */
  readonly earlier: readonly { readonly number: number; readonly feedback: Feedback | null }[];
  readonly layout: Layout | null;
  /** How the set-up failed on this branch, where it does not on main. */
  readonly setupFailure: string | null;
  /** Whether it has tools to say something back, besides the file. */
  readonly tools: boolean;
}

/** Characters of feedback that a brief repeats, for each attempt. */
const MAX_FEEDBACK = 20_000;

const HEADINGS: Readonly<Record<Feedback['kind'], string>> = {
  rejected: 'the reviewer rejected it',
  conflicted: 'it conflicted with what landed meanwhile',
  unresolved: 'conflict markers were left in it',
  broken: 'its verification on top of main failed',
  unchanged: 'it changed nothing',
  failed: 'the coder failed',
  asked: 'its coder asked a person',
  interrupted: 'it was interrupted',
  note: 'a person left a note',
};

export function writeBrief(input: BriefInput): string {
  const { task } = input;
  const facts = [
    `Task: ${task.id}, attempt ${input.attempt}`,
    ...(task.section ? [`Section: ${task.section.name}`] : []),
    ...(task.paths.length > 0 ? [`Paths: ${task.paths.join(', ')}`] : []),
    `Branch: ${task.branch} (from ${input.main})`,
  ];
  return [
    `# ${task.title}`,
    facts.join('\n'),
    ...(task.spec.trim() === '' ? [] : [task.spec.trim()]),
    ...input.earlier.flatMap((attempt) =>
      attempt.feedback ? [earlierAttempt(attempt.number, attempt.feedback)] : [],
    ),
    ...(input.layout ? [layoutNote(input.layout, input.main)] : []),
    ...(input.setupFailure === null ? [] : [`${SETUP_FAILED}\n\n${input.setupFailure}`]),
    RULES,
    ...(input.tools ? [TOOLS] : []),
  ]
    .join('\n\n')
    .concat('\n');
}

function earlierAttempt(number: number, feedback: Feedback): string {
  return `## Attempt ${number}: ${HEADINGS[feedback.kind]}\n\n${bounded(feedback)}`;
}

/** A log says at its end what was wrong, a reviewer at the beginning. */
function bounded({ kind, text }: Feedback): string {
  const over = text.length - MAX_FEEDBACK;
  if (over <= 0) return text;
  return kind === 'rejected'
    ? `${text.slice(0, MAX_FEEDBACK)}\n[the last ${over} characters are left out]`
    : `[the first ${over} characters are left out]\n${text.slice(-MAX_FEEDBACK)}`;
}

function layoutNote(layout: Layout, main: string): string {
  if (!layout.conflict) {
    return `## Where you begin\n\nYour earlier work stands in this worktree, replayed onto today's ${main} (${shortSha(layout.onto)}).`;
  }
  const files = layout.conflict.files.map((file) => `- ${file}`).join('\n');
  return `## A conflict to solve

Your earlier work is being replayed onto today's ${main} (${shortSha(layout.onto)}). These files hold conflict markers
(first side: ${main}, second side: yours) and are not committed. Solve them so that both changes hold:

${files}`;
}

const SETUP_FAILED = `## The set-up fails on this branch

Nothing is installed here. Something that this branch changed (a lockfile?) breaks the set-up; mend that too.`;

const RULES = `## Rules

- Work only in this folder. Stay on this branch. Do not push, stash, or add worktrees.
- Other branches, the repository's git configuration and its hooks belong to others: leave them as they are.
- Commit your work, or leave it uncommitted: it is committed for you when you exit with 0.
- Exit with 0 when the work is done.

## When there is nothing to commit

Write one JSON object into the file that the variable STEROIDS_ANSWER names, and exit with 0. A person reads it:

- {"outcome": "blocked", "question": "…"}: you cannot go on without an answer.
- {"outcome": "already-done", "commits": ["<hash>"], "reason": "…"}: the main branch has it already, in these commits.
- {"outcome": "nothing-to-do", "reason": "…"}
- {"outcome": "dispute", "reason": "…"}: a rejection of your work is wrong.

Beside any outcome, also {"outcome": "done"}, "followUps": [{"title": "…", "spec": "…"}] proposes tasks that are not part of this one.`;

const TOOLS = `Instead of writing that file you may call the tools of the MCP server "steroids", where you see them: ask, already_done,
nothing_to_do, dispute, propose_follow_up, note, submit; read_task repeats all of this.`;
