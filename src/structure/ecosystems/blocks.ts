// Blocks in braces, as Gradle's scripts and Terraform's files have them.

export interface Block {
  /** What the opening's first group matched. */
  readonly name: string | undefined;
  readonly start: number;
  readonly end: number;
  readonly inner: string;
}

/**
 * What stands between a brace and the one that closes it; one that is never closed opens nothing.
 *
 * @param code without comments
 * @param opening ends with the brace
 */
export function blocksOf(code: string, opening: RegExp): Block[] {
  const openings = [...code.matchAll(opening)];
  if (openings.length === 0) return [];
  const closings = closingsOf(code);
  return openings.flatMap(({ 0: whole, 1: name, index }) => {
    const start = index + whole.length;
    const end = closings.get(start - 1);
    return end === undefined ? [] : [{ name, start, end, inner: code.slice(start, end) }];
  });
}

/** In one pass: files may have been written to make several take for ever. */
function closingsOf(code: string): ReadonlyMap<number, number> {
  const closings = new Map<number, number>();
  const open: number[] = [];
  for (const { 0: brace, index } of code.matchAll(/[{}]/g)) {
    if (brace === '{') open.push(index);
    else closings.set(open.pop() ?? -1, index);
  }
  return closings;
}

/** Says on which line a place is; asked in the order of the text. */
export function lineCounter(text: string): (index: number) => number {
  let line = 1;
  let counted = 0;
  return (index) => {
    for (; counted < index; counted++) if (text[counted] === '\n') line++;
    return line;
  };
}
