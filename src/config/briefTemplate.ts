// The template of a brief: text of the project's own with `{{parts}}` in it.

import { suggestion } from './near.ts';

/** What may stand in a template as `{{name}}`; each becomes a part with its heading, or nothing where there is none. */
export const BRIEF_PARTS = [
  'title',
  'task',
  'spec',
  'zone',
  'conventions',
  'others',
  'earlier',
  'start',
  'rules',
] as const;

export type BriefPart = (typeof BRIEF_PARTS)[number];

export const BUILT_IN_TEMPLATE = `# {{title}}

${BRIEF_PARTS.filter((part) => part !== 'title')
  .map((part) => `{{${part}}}`)
  .join('\n\n')}
`;

const PLACEHOLDER = /\{\{\s*([\w-]+)\s*\}\}/g;

/** @returns a sentence about what is wrong with a template, and where */
export function mistakeInTemplate(template: string, limit: number): string | undefined {
  const used = [...template.matchAll(PLACEHOLDER)];
  for (const match of used) {
    const name = match[1] ?? '';
    if (isPart(name)) continue;
    const line = template.slice(0, match.index).split('\n').length;
    return `line ${line}: there is no part {{${name}}}. ${suggestion(name, BRIEF_PARTS) ?? ''}`.trim();
  }
  // A coder that is not told what to do cannot do it.
  if (!used.some((match) => match[1] === 'spec')) return 'it has no {{spec}}, which is what is to be done';
  if (template.length > limit / 2)
    return `it has ${template.length} characters, more than half of brief.limit (${limit})`;
  return undefined;
}

/** In one pass: what stands in a part is not looked at again. Empty parts leave no empty lines. */
export function fillTemplate(template: string, parts: Readonly<Record<BriefPart, string>>): string {
  const blank = template.replace(PLACEHOLDER, (_, name) =>
    isPart(name) && parts[name] === '' ? '' : `{{${name}}}`,
  );
  const filled = blank
    .replace(/\n{3,}/g, '\n\n')
    .replace(PLACEHOLDER, (whole, name) => (isPart(name) ? parts[name] : whole));
  return filled.trimEnd().concat('\n');
}

function isPart(name: string): name is BriefPart {
  return (BRIEF_PARTS as readonly string[]).includes(name);
}
