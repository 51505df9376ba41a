import stringWidth from 'string-width';

export interface Column {
  readonly name: string;
  /** The column that gives way when the terminal is narrow. */
  readonly flexible?: boolean;
}

const GAP = '  ';

/**
 * Rows in columns, with a line of names above.
 * @param width columns of the terminal; only the flexible column is cut to fit it
 */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
  header: (line: string) => string,
): string {
  const widths = columns.map((column, index) =>
    Math.max(stringWidth(column.name), ...rows.map((row) => stringWidth(row[index] ?? ''))),
  );
  const flexible = columns.findIndex((column) => column.flexible);
  const total = widths.reduce((sum, one) => sum + one, GAP.length * (columns.length - 1));
  if (flexible >= 0 && total > width)
    widths[flexible] = Math.max(12, (widths[flexible] ?? 0) - (total - width));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, index) => pad(cell, widths[index] ?? 0, index === flexible, index === cells.length - 1))
      .join(GAP)
      .trimEnd();
  return [header(line(columns.map((column) => column.name))), ...rows.map(line)].join('\n');
}

function pad(cell: string, width: number, cut: boolean, last: boolean): string {
  const text = cut ? shorten(cell, width) : cell;
  return last ? text : fill(text, width);
}

/** Columns that a text takes on a terminal. */
export function widthOf(text: string): number {
  return stringWidth(text);
}

/** Spaces after a text, up to so many columns. */
export function fill(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - stringWidth(text)));
}

/** Cuts a text to so many columns, with an ellipsis at its end. */
export function shorten(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let short = '';
  for (const char of text) {
    if (stringWidth(short + char) > width - 1) break;
    short += char;
  }
  return `${short}…`;
}
