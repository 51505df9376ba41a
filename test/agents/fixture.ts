// Keeps an agent's output for the unit tests: short, and the same wherever it was made.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Played } from './play.ts';

const FIXTURES = path.resolve(import.meta.dirname, '../fixtures/agents');

/** Characters of one text, and entries of one list, that are kept. */
const MAX_TEXT = 1_000;
const MAX_LIST = 20;

/** Streamed pieces of what a whole event says again. */
const PIECES = ['message_update', 'tool_execution_update'];

export function keepFixture(name: string, scene: string, played: Played): void {
  const folder = path.join(FIXTURES, name);
  mkdirSync(folder, { recursive: true });
  const lines = readFileSync(played.log, 'utf8')
    .split('\n')
    .flatMap((line) => keepLine(line, played.places));
  const exit = JSON.stringify({ worked: played.worked });
  writeFileSync(path.join(folder, `${scene}.jsonl`), [...dropRepeated(lines), exit, ''].join('\n'));
}

function keepLine(line: string, places: Played['places']): string[] {
  let text = line;
  for (const [from, to] of places) {
    // Some name a folder after a path: `-home-coder-project`.
    text = text.replaceAll(from, to).replaceAll(from.replace(/[^A-Za-z0-9]/g, '-'), to.replaceAll('/', '-'));
  }
  const isStack = /^\s+at /.test(text);
  if (text.trim() === '' || isStack) return [];
  try {
    return [JSON.stringify(shorten(JSON.parse(text)))];
  } catch {
    return [text.slice(0, MAX_TEXT)];
  }
}

function shorten(value: unknown): unknown {
  if (typeof value === 'string') return value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT)}…` : value;
  if (Array.isArray(value)) return value.slice(0, MAX_LIST).map(shorten);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, shorten(one)]));
}

/** Of streamed pieces the first of each row is kept, so that a reader meets one. */
function dropRepeated(lines: readonly string[]): readonly string[] {
  const piece = (line = '') => PIECES.find((type) => line.startsWith(`{"type":"${type}"`));
  return lines.filter((line, index) => piece(line) === undefined || piece(line) !== piece(lines[index - 1]));
}
