// Lines that are longer than the terminal is wide: a terminal would cut them within words.

import type { Terminal } from './command.ts';
import { widthOf } from './table.ts';

/** @returns the text as standard output shows it: where that is no terminal, lines stay whole */
export const folded = (text: string, { outWidth }: Pick<Terminal, 'outWidth'>) => foldedTo(text, outWidth);

/** @returns the text as a person at the terminal reads it on standard error */
export const foldedNarration = (text: string, terminal: Terminal) => foldedTo(text, narrationWidth(terminal));

/** Columns after which standard error breaks lines; infinite where no person looks at it. */
export const narrationWidth = ({ interactive, columns }: Terminal) =>
  interactive ? columns : Number.POSITIVE_INFINITY;

export const foldedTo = (text: string, width: number) =>
  text
    .split('\n')
    .flatMap((line) => wrapped(line, width))
    .join('\n');

/** Breaks a line between words; what follows stands under what it began with. */
export function wrapped(text: string, width: number): string[] {
  if (widthOf(text) <= width) return [text];
  const indent = /^\s*(?:• |\d+\. )?/.exec(text)?.[0].length ?? 0;
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/(?<=\S)\s+/).flatMap((one) => pieces(one, width - indent))) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line === '' || widthOf(longer) <= width)
      line = lines.length > 0 && line === '' ? ' '.repeat(indent) + word : longer;
    else {
      lines.push(line);
      line = ' '.repeat(indent) + word;
    }
  }
  return [...lines, line];
}

/** A word that is longer than a line. */
function pieces(word: string, width: number): string[] {
  if (widthOf(word) <= width) return [word];
  const all: string[] = [];
  let piece = '';
  for (const char of word) {
    if (widthOf(piece + char) > width) {
      all.push(piece);
      piece = '';
    }
    piece += char;
  }
  return [...all, piece];
}
