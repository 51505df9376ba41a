import { expect, test } from 'vitest';
import type { Style } from '../../src/cli/command.ts';
import { conflictsText } from '../../src/cli/conflictsText.ts';
import { widthOf } from '../../src/cli/table.ts';
import type { Conflicts } from '../../src/orchestrator/conflicts.ts';
import { sha } from '../support/store.ts';

const plain = (text: string) => text;
const STYLE: Style = { bold: plain, dim: plain, red: plain, green: plain, yellow: plain, cyan: plain };

function conflictsOf(count: number, more: Partial<Conflicts> = {}): Conflicts {
  const branches = Array.from({ length: count }, (_, number) => ({
    id: `task${number}`,
    task: null,
    title: `Do the thing of number ${number}`,
    branch: `b${number}`,
    status: 'in_progress' as const,
    head: sha('a'),
    uncommitted: null,
  }));
  const pairs = (count * (count + 1)) / 2;
  return {
    main: { branch: 'main', commit: sha('b') },
    branches,
    clashes: [],
    failed: [],
    unread: [],
    pairs,
    merged: 0,
    ...more,
  };
}

const clash = (one: string, other: string | null, ...files: string[]) => ({
  one,
  other,
  files: files.map((file) => ({ file, kind: 'content' })),
  more: 0,
  findings: [],
});

test('three branches: a matrix, and the pairs with their files', () => {
  const renamed = {
    file: 'src/a.ts',
    export: 'go',
    change: 'renamed' as const,
    to: 'run',
    before: '()',
    after: '()',
    changedBy: 'other' as const,
    usedIn: 'src/b.ts',
  };
  const conflicts = conflictsOf(3, {
    clashes: [
      clash('task0', null, 'x.ts'),
      clash('task0', 'task1', 'evil\u001b[2J\n.ts'),
      { ...clash('task1', 'task2'), findings: [renamed] },
    ],
    failed: [{ one: 'task0', other: 'task2', reason: 'git failed' }],
  });
  expect(conflictsText(conflicts, 100, STYLE)).toBe(
    `3 live branches and main: 3 conflicts in 6 pairs

                                                 main 1  2
1  task0  in_progress  Do the thing of number 0  ✗
2  task1  in_progress  Do the thing of number 1  ·    ✗
3  task2  in_progress  Do the thing of number 2  ·    ?  ~
✗ conflict   ~ merges, and does not work   · goes together

✗ task0 “Do the thing of number 0” and main
    x.ts  content
✗ task0 “Do the thing of number 0” and task1 “Do the thing of number 1”
    evil<1b>[2J<a>.ts  content
~ task1 “Do the thing of number 1” and task2 “Do the thing of number 2”
    \`go\` of src/a.ts: task2 renames it to run, task1 begins to use it in src/b.ts

? task0 “Do the thing of number 0” and task2 “Do the thing of number 2” could not be merged: git failed`,
  );
});

test('forty branches: a matrix where it fits, else the pairs with most files first, and counts', () => {
  const clashes = Array.from({ length: 50 }, (_, number) =>
    clash(`task${number % 30}`, `task${30 + (number % 10)}`, ...Array(1 + (number % 9)).fill('f.ts')),
  );
  const narrow = conflictsText(conflictsOf(40, { clashes }), 80, STYLE).split('\n');
  expect(narrow[0]).toBe('40 live branches and main: 50 conflicts in 820 pairs');
  expect(narrow).not.toContain('✗ conflict   ~ merges, and does not work   · goes together');
  expect(narrow.filter((line) => line.startsWith('✗ '))).toHaveLength(40);
  expect(narrow[2]).toMatch(/^✗ task8 /);
  expect(narrow[9]).toBe('    … and 3 files more');
  expect(narrow).toContain('… and 10 pairs more: --json');
  expect(narrow.at(-1)).toMatch(/^Conflicts of each: task30 5, task31 5, .*, and of 28 more$/);
  const wide = conflictsText(conflictsOf(40, { clashes }), 200, STYLE).split('\n');
  expect(wide[3]).toMatch(/^1 {2}task0 /);
  expect(wide.slice(2, 43).every((line) => widthOf(line) <= 200)).toBe(true);
});

test('nothing at all, and what was left out', () => {
  expect(conflictsText(conflictsOf(0), 80, STYLE)).toBe(
    'No live branches: nothing is coded, reviewed or queued.',
  );
  const one = conflictsOf(1);
  const [branch] = one.branches;
  const dirty = branch && { ...branch, uncommitted: { files: 3, leftOut: ['a.bin', 'b/'] } };
  const text = conflictsText(
    { ...one, branches: dirty ? [dirty] : [], unread: [{ path: '/x', reason: 'gone' }] },
    80,
    STYLE,
  );
  expect(text).toContain('task0  in_progress +3 uncommitted files  Do the thing');
  expect(text).toContain('? /x could not be read: gone');
  expect(text).toContain('task0: a.bin and 1 more not looked at (large, or a repository of its own)');
});
