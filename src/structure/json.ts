// JSON as tools write it: some of their files have comments and trailing commas.

/** Strings are taken whole, so that what looks like a comment in one stays. */
const COMMENT = /("(?:[^"\\\n]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/g;
const TRAILING_COMMA = /("(?:[^"\\\n]|\\.)*")|,(?=\s*[}\]])/g;

export type JsonObject = Readonly<Record<string, unknown>>;

/** @throws SyntaxError */
export function parseJson(text: string): unknown {
  return JSON.parse(text.replace(/^\uFEFF/, ''));
}

/** The same, with comments and trailing commas allowed. @throws SyntaxError */
export function parseCommentedJson(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    // Comments become spaces, so that a place in the message is the place in the text.
    const bare = text.replace(COMMENT, (all, string) => string ?? all.replace(/[^\n]/g, ' '));
    return parseJson(bare.replace(TRAILING_COMMA, (_, string) => string ?? ' '));
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A field that is an object; an empty one where it is not. */
export function objectIn(value: unknown, field: string): JsonObject {
  const found = isObject(value) && Object.hasOwn(value, field) ? value[field] : undefined;
  return isObject(found) ? found : {};
}

/** A field that is a text, and not an empty one. */
export function textIn(value: unknown, field: string): string | undefined {
  const found = isObject(value) && Object.hasOwn(value, field) ? value[field] : undefined;
  return typeof found === 'string' && found.trim() !== '' ? found.trim() : undefined;
}

/** The texts in a field that is a list; none where it is not. */
export function textsIn(value: unknown, field: string): readonly string[] {
  const found = isObject(value) && Object.hasOwn(value, field) ? value[field] : undefined;
  return Array.isArray(found) ? found.filter((one) => typeof one === 'string') : [];
}

/** Where a parser says it stopped, for people: `line 3`. */
export function placeOf(error: unknown, text: string): string {
  const message = error instanceof Error ? error.message : String(error);
  const position = /position (\d+)/.exec(message)?.[1];
  if (position === undefined) return message.replace(/, (\.\.\.)?".*$/s, '');
  return `line ${text.slice(0, Number(position)).split('\n').length}`;
}
