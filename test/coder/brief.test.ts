import { describe, expect, test } from 'vitest';
import { type BriefInput, writeBrief } from '../../src/coder/brief.ts';
import type { Feedback, Layout } from '../../src/task/attempt.ts';
import { MAIN, sha } from '../support/store.ts';
import { aTask } from '../support/task.ts';

const aBrief = (input: Partial<BriefInput> = {}) =>
  writeBrief({
    task: aTask(),
    attempt: 1,
    main: 'main',
    earlier: [],
    layout: null,
    setupFailure: null,
    tools: false,
    ...input,
  });

const replayed: Layout = { onto: MAIN, laid: sha('b'), head: sha('a'), conflict: null };
const conflicted: Layout = {
  ...replayed,
  conflict: {
    commit: sha('a'),
    tree: sha('c'),
    files: ['src/a.ts', 'src/b c.ts'],
    message: 'Answer',
    author: 'Coder <coder@example.org>',
  },
};

test('at the first attempt', () => {
  expect(aBrief()).toMatchInlineSnapshot(`
    "# Add a health endpoint

    Task: k3j9abcd, attempt 1
    Section: backend
    Branch: runner-1/task-k3j9abcd (from main)

    GET /health answers 200.

    ## Rules

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

    Beside any outcome, also {"outcome": "done"}, "followUps": [{"title": "…", "spec": "…"}] proposes tasks that are not part of this one.
    "
  `);
});

test('after a rejection and a conflict', () => {
  expect(
    aBrief({
      task: aTask({ paths: ['src/api', 'docs'] }),
      attempt: 3,
      earlier: [
        { number: 1, feedback: { kind: 'rejected', text: 'There are no tests.' } },
        { number: 2, feedback: { kind: 'conflicted', text: 'src/a.ts was changed by "Rename a".' } },
      ],
      layout: conflicted,
    }),
  ).toMatchInlineSnapshot(`
    "# Add a health endpoint

    Task: k3j9abcd, attempt 3
    Section: backend
    Paths: src/api, docs
    Branch: runner-1/task-k3j9abcd (from main)

    GET /health answers 200.

    ## Attempt 1: the reviewer rejected it

    There are no tests.

    ## Attempt 2: it conflicted with what landed meanwhile

    src/a.ts was changed by "Rename a".

    ## A conflict to solve

    Your earlier work is being replayed onto today's main (00000000). These files hold conflict markers
    (first side: main, second side: yours) and are not committed. Solve them so that both changes hold:

    - src/a.ts
    - src/b c.ts

    ## Rules

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

    Beside any outcome, also {"outcome": "done"}, "followUps": [{"title": "…", "spec": "…"}] proposes tasks that are not part of this one.
    "
  `);
});

test('after a replay without a conflict', () => {
  expect(aBrief({ attempt: 2, layout: replayed })).toContain(
    "Your earlier work stands in this worktree, replayed onto today's main (00000000).",
  );
});

test('says nothing of what is not there', () => {
  const brief = aBrief({
    task: aTask({ section: null, spec: '\n' }),
    earlier: [{ number: 1, feedback: null }],
  });
  expect(brief).toBe(`# Add a health endpoint

Task: k3j9abcd, attempt 1
Branch: runner-1/task-k3j9abcd (from main)

## Rules

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

Beside any outcome, also {"outcome": "done"}, "followUps": [{"title": "…", "spec": "…"}] proposes tasks that are not part of this one.
`);
});

describe('feedback', () => {
  const KINDS: readonly Feedback['kind'][] = [
    'rejected',
    'conflicted',
    'unresolved',
    'broken',
    'unchanged',
    'failed',
    'interrupted',
    'note',
  ];

  test('every kind has a heading of its own', () => {
    const headings = KINDS.map((kind) => {
      const brief = aBrief({ attempt: 2, earlier: [{ number: 1, feedback: { kind, text: 'so' } }] });
      return /^## Attempt 1: (.+)$/m.exec(brief)?.[1];
    });
    expect(headings).not.toContain(undefined);
    expect(headings).not.toContain('undefined');
    expect(new Set(headings).size).toBe(KINDS.length);
  });

  test('keeps the beginning of a reviewer’s, who says first what is worst', () => {
    const text = `first line\n${'x'.repeat(30_000)}\nthe end`;
    const brief = aBrief({ attempt: 2, earlier: [{ number: 1, feedback: { kind: 'rejected', text } }] });
    expect(brief).toContain(`[the last ${text.length - 20_000} characters are left out]`);
    expect(brief).toContain('first line');
    expect(brief).not.toContain('the end');
  });

  test('keeps the end of a long text, which is where a log says what is wrong', () => {
    const text = `first line\n${'x'.repeat(30_000)}\nAssertionError: the end`;
    const brief = aBrief({ attempt: 2, earlier: [{ number: 1, feedback: { kind: 'broken', text } }] });
    expect(brief).toContain(`[the first ${text.length - 20_000} characters are left out]`);
    expect(brief).toContain('AssertionError: the end');
    expect(brief).not.toContain('first line');
    expect(brief.length).toBeLessThan(22_000);
  });

  test('is repeated whole when it is just short enough', () => {
    const text = 'x'.repeat(20_000);
    const brief = aBrief({ attempt: 2, earlier: [{ number: 1, feedback: { kind: 'broken', text } }] });
    expect(brief).toContain(`\n${text}\n`);
    expect(brief).not.toContain('left out');
  });
});

test('a set-up that fails on the branch is told, with what it said', () => {
  const brief = aBrief({ layout: replayed, setupFailure: 'set-up `npm ci` exited with 1: lock file' });
  expect(brief).toContain('## The set-up fails on this branch\n\nNothing is installed here.');
  expect(brief).toContain('\n\nset-up `npm ci` exited with 1: lock file\n\n## Rules');
});

test('an agent that has tools to say something back is told of them', () => {
  expect(aBrief({ tools: true })).toContain('the tools of the MCP server "steroids"');
  expect(aBrief({ tools: false })).not.toContain('MCP');
});
