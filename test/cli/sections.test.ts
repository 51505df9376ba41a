// The list of sections, as the specification draws it.

import { expect, test } from 'vitest';
import { sectionsText } from '../../src/cli/sections/list.ts';
import type { SectionRow } from '../../src/store/sections.ts';

const plain = (text: string) => text;
const context = {
  style: { bold: plain, dim: plain, red: plain, green: plain, yellow: plain, cyan: plain },
  terminal: { interactive: false, columns: 100, outWidth: Number.POSITIVE_INFINITY },
};

function section(id: string, name: string, glob: string, more: Partial<SectionRow> = {}): SectionRow {
  return {
    id,
    name,
    paths: [glob],
    exclusive: false,
    maxRunners: 1,
    skipped: false,
    tasks: 0,
    openTasks: 0,
    ...more,
  };
}

const SECTIONS = [
  section('a1b2c3d4', 'API', 'apps/api/**', { tasks: 5, openTasks: 2 }),
  section('e5f6g7h8', 'Admin Dashboard', 'apps/admin/**', { skipped: true }),
  section('q7r8s9t0', 'Shared Types', 'packages/shared-*', { exclusive: true, tasks: 3, openTasks: 3 }),
  section('z1z2z3z4', '管理画面', 'apps/管理/**'),
];

test('path, isolation and tasks', () => {
  expect(sectionsText(SECTIONS, context)).toBe(`SECTIONS
───────────────────────────────────────────────────────────────────
ID        NAME             PATH               ISOLATED  TASKS
───────────────────────────────────────────────────────────────────
a1b2c3d4  API              apps/api/**        ✓         2 of 5
e5f6g7h8  Admin Dashboard  apps/admin/**      ✓         0 (skipped)
q7r8s9t0  Shared Types     packages/shared-*  ⚠ EXCL    3
z1z2z3z4  管理画面         apps/管理/**       ✓         0`);
});

test('runners where one section has more than one, and what to do where there is none', () => {
  const [first] = SECTIONS;
  if (!first) throw new TypeError();
  expect(sectionsText([{ ...first, maxRunners: 3 }], context)).toMatch(
    /ISOLATED {2}RUNNERS {2}TASKS\n.*\n.*✓ {9}3 {8}2 of 5/,
  );
  expect(sectionsText([], context)).toContain('steroids init --monorepo');
});
