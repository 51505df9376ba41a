// Templates of the project's own: text with `{{parts}}` in it, which are filled in.

import { suggestion } from './near.ts';

const PLACEHOLDER = /\{\{\s*([\w-]+)\s*\}\}/g;

export interface Parts {
  /** What may stand in the template as `{{name}}`. */
  readonly names: readonly string[];
  /** Parts that must not be missing, and what each is, to go on after its name. */
  readonly needed: Readonly<Record<string, string>>;
  /** Characters of the whole text, and how the setting is called. */
  readonly limit: number;
  readonly setting: string;
}

/** @returns a sentence about what is wrong with a template, and where */
export function mistakeInParts(template: string, parts: Parts): string | undefined {
  const used = [...template.matchAll(PLACEHOLDER)];
  for (const match of used) {
    const name = match[1] ?? '';
    if (parts.names.includes(name)) continue;
    const line = template.slice(0, match.index).split('\n').length;
    return `line ${line}: there is no part {{${name}}}. ${suggestion(name, parts.names) ?? ''}`.trim();
  }
  const missing = Object.entries(parts.needed).find(([name]) => !used.some((match) => match[1] === name));
  if (missing) return `it has no {{${missing[0]}}}, which is ${missing[1]}`;
  if (template.length > parts.limit / 2)
    return `it has ${template.length} characters, more than half of ${parts.setting} (${parts.limit})`;
  return undefined;
}

/** In one pass: what stands in a part is not looked at again. Empty parts leave no empty lines. */
export function fillParts(template: string, texts: Readonly<Record<string, string>>): string {
  const blank = template.replace(PLACEHOLDER, (_, name) => (texts[name] === '' ? '' : `{{${name}}}`));
  const filled = blank
    .replace(/\n{3,}/g, '\n\n')
    .replace(PLACEHOLDER, (whole, name) => (Object.hasOwn(texts, name) ? (texts[name] ?? '') : whole));
  return filled.trimEnd().concat('\n');
}
