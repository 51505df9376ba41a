/** One word for a POSIX shell, in a line that a person is to type. */
export const shellQuoted = (text: string) =>
  /^[\w./@:+,=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
