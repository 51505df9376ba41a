// Lockfiles that are written line by line, and indented: pnpm's and both yarns'. They are cut into entries and put together again
// as they stand, because what is not changed should not look changed. (The yaml package keeps that too. Three texts of 30,000
// lines took it 6 s, and this 0.3 s.)

export interface Lines {
  /** The first line, without what it is indented by. */
  readonly head: string;
  /** All lines, the first too, and the empty ones in front. */
  readonly lines: readonly string[];
  /** How many of them are empty ones in front. */
  readonly gap: number;
}

/**
 * @param lines all of one level of indentation, or deeper
 * @returns undefined where one of them is less indented than the first
 */
export function cut(lines: readonly string[]): Lines[] | undefined {
  const indent = indentOf(lines.find((line) => line !== '') ?? '');
  const found: { head: string; lines: string[]; gap: number }[] = [];
  let gap: string[] = [];
  for (const line of lines) {
    if (line === '') {
      gap.push(line);
      continue;
    }
    const last = found.at(-1);
    const depth = indentOf(line);
    if (depth < indent) return undefined;
    const head = line.slice(indent);
    // A key that is too long for a line of its own with a colon: `? key`, and then `: value`.
    if (last && (depth > indent || (last.head.startsWith('? ') && /^:( |$)/.test(head))))
      last.lines.push(...gap, line);
    else found.push({ head, lines: [...gap, line], gap: gap.length });
    gap = [];
  }
  return found;
}

const indentOf = (line: string) => line.length - line.trimStart().length;

export interface Text {
  readonly lines: readonly string[];
  readonly newline: string;
}

export function linesOf(text: string): Text {
  return { lines: text.trimEnd().split(/\r?\n/), newline: text.includes('\r\n') ? '\r\n' : '\n' };
}
