/** One word for a POSIX shell, in a line that a person is to type. */
export const shellQuoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
