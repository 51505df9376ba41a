// What others wrote, put into a text of ours so that it stays one part of it.

/** On one line whatever a reader takes for a line's end: it cannot begin a part of its own. */
export const oneLine = (text: string) => text.replace(/[\n\r\v\f\u0085\u2028\u2029]+/g, ' ');

/** With what moves a terminal's cursor, or hides what stands there, shown as its number; what joins emoji and letters stays. */
export const printable = (text: string) =>
  text.replace(
    /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (char) => `<${char.codePointAt(0)?.toString(16)}>`,
  );

/** In a fence longer than any in the text: what stands there cannot end it. */
export function fenced(text: string, language: string): string {
  let longest = 2;
  for (const [run] of text.matchAll(/`+/g)) longest = Math.max(longest, run.length);
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text.trimEnd()}\n${fence}`;
}

/** Characters of a fence around what is `plain`, at most. */
export const LONGEST_FENCE = 40;

/** Without what moves a terminal's cursor, and without rows of backticks so long that the fence would take the room. */
export function plain(text: string): string {
  const runs = new RegExp(`\`{${LONGEST_FENCE},}`, 'g');
  return text.replace(/[^\P{Cc}\n\t]/gu, ' ').replace(runs, '`'.repeat(LONGEST_FENCE - 1));
}
