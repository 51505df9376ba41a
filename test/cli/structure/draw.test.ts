// The drawing, column by column, as the specification has it.

import { expect, test } from 'vitest';
import type { Style } from '../../../src/cli/command.ts';
import { detectedText } from '../../../src/cli/structure/detected.ts';
import { anyOf, drawTree } from '../../../src/cli/structure/draw.ts';
import { widthOf } from '../../../src/cli/table.ts';
import { EXAMPLE, structureOf } from '../../support/structure.ts';

const plain = (text: string) => text;
const PLAIN: Style = { bold: plain, dim: plain, red: plain, green: plain, yellow: plain, cyan: plain };

test("the specification's example is drawn as it draws it", () => {
  const { 'apps/api': api = {}, ...rest } = EXAMPLE;
  const structure = structureOf({
    'apps/api': { ...api, title: 'Backend API' },
    ...rest,
    'infrastructure/terraform': { title: 'Infrastructure as Code', kind: 'infrastructure' },
  });
  expect(detectedText(structure, 100, PLAIN)).toBe(`📁 Detected Monorepo Structure:
┌─────────────────────────────────────────────────────────────────┐
│                                                                 │
│  /apps                                                          │
│  ├── api/              → Backend API (Node.js/Express)          │
│  ├── admin/            → Admin Dashboard (React)                │
│  ├── mobile/           → Mobile App (React Native)              │
│  └── web/              → Landing Page (Next.js)                 │
│                                                                 │
│  /infrastructure                                                │
│  └── terraform/        → Infrastructure as Code                 │
│                                                                 │
│  /packages                                                      │
│  ├── shared-types/     → TypeScript types (SHARED)              │
│  ├── ui-components/    → Component library (SHARED)             │
│  └── utils/            → Utility functions (SHARED)             │
│                                                                 │
└─────────────────────────────────────────────────────────────────┘

🔗 Detected Dependencies:
  • api         → shared-types, utils
  • admin       → shared-types, ui-components, utils
  • mobile      → shared-types, ui-components
  • web         → shared-types, ui-components

⚠️  Shared Packages:
  Changes to shared-types, ui-components, or utils affect multiple apps.
  Recommend: Run these tasks with exclusive lock.`);
});

test('wide characters take their two columns', () => {
  const drawn = drawTree(
    [
      { path: 'apps/管理/', text: '管理画面 (React)' },
      { path: 'apps/web/', text: 'Web' },
      { path: '', text: '👩‍💻 everything' },
    ],
    100,
  );
  expect(drawn).toBe(`┌─────────────────────────────────────────────────────────────────┐
│                                                                 │
│  /                                                              │
│  └── ./       → 👩‍💻 everything                                   │
│                                                                 │
│  /apps                                                          │
│  ├── 管理/    → 管理画面 (React)                                │
│  └── web/     → Web                                             │
│                                                                 │
└─────────────────────────────────────────────────────────────────┘`);
  expect(new Set(drawn.split('\n').map(widthOf))).toEqual(new Set([67]));
});

test('what it is made with is said once', () => {
  const structure = structureOf({
    infra: { title: 'Cloud', kind: 'infrastructure', framework: 'Terraform', ecosystems: ['terraform'] },
  });
  expect(detectedText(structure, 100, PLAIN)).toContain('→ Cloud (Terraform)  ');
});

test('the box grows with what is in it, up to the terminal', () => {
  const leaf = { path: `packages/${'long-'.repeat(12)}name/`, text: 'A package with a long name' };
  const widths = (columns: number) => new Set(drawTree([leaf], columns).split('\n').map(widthOf));
  expect(widths(200)).toEqual(new Set([107]));
  expect(widths(80)).toEqual(new Set([80]));
  expect(drawTree([leaf], 80)).toContain('…');
  expect(widths(40)).toEqual(new Set([40]));
});

test.each([
  [['a'], 'a'],
  [['a', 'b'], 'a or b'],
  [['a', 'b', 'c'], 'a, b, or c'],
  [
    Array.from({ length: 15 }, (_, index) => `p${index}`),
    'p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, or 3 others',
  ],
])('%j: %s', (names, text) => {
  expect(anyOf(names)).toBe(text);
});
