// Files that `tasks import` reads: a Markdown checklist, or a YAML list.

import { marked, type Token, type Tokens } from 'marked';
import { z } from 'zod';
import { Problem } from '../task/problem.ts';
import { parseYaml } from './yaml.ts';

export interface TaskItem {
  /** What other items of the file may call it in `after`. */
  readonly key: string | null;
  readonly title: string;
  readonly spec: string;
  /** Name of a section. */
  readonly section: string | null;
  /** Keys of items above it, or ids of tasks. */
  readonly after: readonly string[];
  readonly priority: number;
  readonly paths: readonly string[];
  readonly coder: string | null;
}

const list = z.preprocess(
  (value) => (typeof value === 'string' ? [value] : value),
  z.array(z.coerce.string()),
);

/** A bare string is a title. */
const item = z.preprocess(
  (value) => (typeof value === 'string' ? { title: value } : value),
  z.strictObject({
    key: z.coerce.string().nullable().default(null),
    title: z.string({ error: 'a title' }).trim().min(1, 'a title'),
    spec: z.string().default(''),
    section: z.string().nullable().default(null),
    after: list.default([]),
    priority: z.int().default(0),
    paths: list.default([]),
    coder: z.string().nullable().default(null),
  }),
);

const schema = z.preprocess(
  (value) => (value !== null && typeof value === 'object' && 'tasks' in value ? value.tasks : value),
  z.array(item, 'a list of tasks, or `tasks:` with one'),
);

/**
 * @param name of the file; its ending says what it is
 * @throws Problem `invalid-file`, `no-items`
 */
export function readTaskFile(text: string, name: string): TaskItem[] {
  const items = /\.(ya?ml|json)$/i.test(name) ? readYaml(text, name) : readChecklist(text);
  if (items.length > 0) return items;
  throw new Problem(
    'user',
    'no-items',
    `${name} has no tasks in it`,
    'Write `- [ ] What is to be done` on a line for each (Markdown), or a YAML list of titles.',
  );
}

function readYaml(text: string, name: string): TaskItem[] {
  return parseYaml(text, name, 'invalid-file', schema).data;
}

/** Unchecked items of the outermost lists. A heading above them may name a section; text below an item is its specification. */
function readChecklist(text: string): TaskItem[] {
  const items: TaskItem[] = [];
  let heading: string | null = null;
  for (const token of marked.lexer(text)) {
    if (token.type === 'heading') heading = (token as Tokens.Heading).text.trim();
    if (token.type !== 'list') continue;
    for (const entry of (token as Tokens.List).items) {
      if (!entry.task || entry.checked) continue;
      items.push({ ...ofEntry(entry), section: heading });
    }
  }
  return items;
}

function ofEntry(entry: Tokens.ListItem): TaskItem {
  // What the item itself says, without the box; nested blocks come after its first text.
  const tokens = entry.tokens.filter((token) => token.type !== 'checkbox');
  const first = tokens.findIndex((token) => token.type === 'text' || token.type === 'paragraph');
  const said = (tokens[first] as (Token & { text?: string }) | undefined)?.text ?? '';
  const [title = '', ...lines] = said.trim().split('\n');
  const rest = tokens
    .slice(first + 1)
    .map((token) => token.raw)
    .join('');
  const spec = [lines.join('\n').trim(), rest.trim()].filter(Boolean).join('\n\n');
  return {
    key: null,
    title: title.replace(/^\[ \]\s+/, '').trim(),
    spec,
    section: null,
    after: [],
    priority: 0,
    paths: [],
    coder: null,
  };
}
