// The template of a brief: text of the project's own with `{{parts}}` in it.

import { fillParts, mistakeInParts } from './parts.ts';

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

/** A coder that is not told what to do cannot do it. */
const NEEDED = { spec: 'what is to be done' };

/** @returns a sentence about what is wrong with a template, and where */
export function mistakeInTemplate(template: string, limit: number): string | undefined {
  return mistakeInParts(template, { names: BRIEF_PARTS, needed: NEEDED, limit, setting: 'brief.limit' });
}

export const fillTemplate: (template: string, parts: Readonly<Record<BriefPart, string>>) => string =
  fillParts;
