// Looking into events that may be anything.

import { createHash } from 'node:crypto';
import { stripVTControlCharacters } from 'node:util';

export type Fields = Readonly<Record<string, unknown>>;

const NOTHING: Fields = {};

/** @returns its fields; none where it is no object */
export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : NOTHING;
}

export function listOf(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.map(fieldsOf) : [];
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function countOf(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : 0;
}

export function costOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** Characters of what is said about a tool's call. */
const MAX_ABOUT = 200;

const NAMES_IT_BEST = [
  'command',
  'file_path',
  'filePath',
  'path',
  'absolute_path',
  'pattern',
  'query',
  'url',
];

/** What a tool is called with, in one short line. */
export function aboutOf(input: unknown): string {
  const fields = fieldsOf(input);
  const name = NAMES_IT_BEST.find((key) => fields[key] !== undefined);
  const value =
    name === undefined ? Object.values(fields).find((one) => typeof one === 'string') : fields[name];
  return oneLine(Array.isArray(value) ? value.join(' ') : textOf(value));
}

/** A call of a tool. @param about where its input does not say it best */
export function toolCall(name: string, input: unknown, about = aboutOf(input)) {
  const same = createHash('sha1')
    .update(`${name}\0${JSON.stringify(input)}`)
    .digest('base64');
  return { kind: 'tool', name, about, same } as const;
}

export function oneLine(text: string): string {
  const line = text
    .slice(0, 10 * MAX_ABOUT)
    .replace(/\s+/g, ' ')
    .trim();
  return line.length > MAX_ABOUT ? `${line.slice(0, MAX_ABOUT - 1)}…` : line;
}

/** A line for a terminal, without its colours. */
export function plainText(line: string): string {
  return stripVTControlCharacters(line).trim();
}

/** @returns epoch milliseconds; null where it is no time in seconds or milliseconds since 1970 */
export function timeOf(value: unknown): number | null {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 1e9) return null;
  return value < 1e11 ? value * 1_000 : value;
}
