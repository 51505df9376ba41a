// What was discovered, drawn before anybody is asked about it.

import type { Component, Ecosystem, Structure } from '../../structure/component.ts';
import type { Style } from '../command.ts';
import { anyOf, drawDependencies, drawTree } from './draw.ts';

/** @param columns of the terminal */
export function detectedText({ components, edges }: Structure, columns: number, style: Style): string {
  const leaves = components.map((one) => ({
    path: one.path === '' ? '' : `${one.path}/`,
    text: descriptionOf(one),
  }));
  const uses = Map.groupBy(edges, ({ from }) => from);
  const dependencies = components.map(({ key }) => ({
    name: key,
    uses: (uses.get(key) ?? []).map(({ to }) => to),
  }));
  const shared = components.filter((one) => one.shared).map(({ key }) => key);
  return [
    style.bold('📁 Detected Monorepo Structure:'),
    drawTree(leaves, columns),
    '',
    style.bold('🔗 Detected Dependencies:'),
    drawDependencies(dependencies) || '  none between its parts',
    ...(shared.length === 0
      ? []
      : [
          '',
          style.bold('⚠️  Shared Packages:'),
          `  Changes to ${anyOf(shared)} affect multiple apps.`,
          '  Recommend: Run these tasks with exclusive lock.',
        ]),
  ].join('\n');
}

const LANGUAGES: Readonly<Partial<Record<Ecosystem, string>>> = {
  node: 'Node.js',
  go: 'Go',
  rust: 'Rust',
  python: 'Python',
  jvm: 'JVM',
  terraform: 'Terraform',
};

/** `Backend API (Node.js/Express)`, `Admin Dashboard (React)`, `TypeScript types (SHARED)` */
export function descriptionOf(one: Component): string {
  const { title, shared, framework, kind, ecosystems } = one;
  if (shared) return `${title} (SHARED)`;
  const language = LANGUAGES[ecosystems[0] ?? 'none'];
  const said = ecosystems[0] !== 'node' || kind === 'backend' ? language : undefined;
  // Terraform is both.
  const made = [...new Set([said, framework])].filter((word) => word !== undefined).join('/');
  return made === '' || title.toLowerCase().includes(made.toLowerCase()) ? title : `${title} (${made})`;
}
