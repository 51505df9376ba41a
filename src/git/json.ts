// JSON with the text that it was read from: what is not changed is written as it stands, be it on one line or on many.

export interface Node {
  /** As it stands, without what is around it. */
  readonly text: string;
  /** Of an object, in its order; undefined for anything else. */
  readonly members: readonly Member[] | undefined;
}

export interface Member {
  readonly key: string;
  readonly value: Node;
}

/** @returns undefined when it is not JSON, or an object in it has a key twice: what that means is nobody's to guess */
export function readJson(text: string): Node | undefined {
  try {
    JSON.parse(text);
  } catch {
    return undefined;
  }
  const reading = { text, at: 0 };
  skipSpace(reading);
  return readValue(reading);
}

interface Reading {
  readonly text: string;
  at: number;
}

/** The text is JSON: the next sign says what comes. */
function readValue(reading: Reading): Node | undefined {
  const from = reading.at;
  const sign = reading.text[from];
  let members: readonly Member[] | undefined;
  if (sign === '{') {
    members = readMembers(reading);
    if (members === undefined) return undefined;
  } else if (sign === '[') {
    if (!readElements(reading)) return undefined;
  } else skip(reading, sign === '"' ? STRING : SCALAR);
  return { text: reading.text.slice(from, reading.at), members };
}

const STRING = /"(?:[^"\\]|\\.)*"/y;
const SCALAR = /[^\s,\]}]+/y;

function readMembers(reading: Reading): Member[] | undefined {
  const members: Member[] = [];
  const keys = new Set<string>();
  reading.at++;
  for (skipSpace(reading); reading.text[reading.at] !== '}'; skipSpace(reading)) {
    if (reading.text[reading.at] === ',') {
      reading.at++;
      continue;
    }
    const from = reading.at;
    skip(reading, STRING);
    const key = JSON.parse(reading.text.slice(from, reading.at)) as string;
    if (keys.has(key)) return undefined;
    keys.add(key);
    skipSpace(reading);
    reading.at++; // the colon
    skipSpace(reading);
    const value = readValue(reading);
    if (value === undefined) return undefined;
    members.push({ key, value });
  }
  reading.at++;
  return members;
}

function readElements(reading: Reading): boolean {
  reading.at++;
  for (skipSpace(reading); reading.text[reading.at] !== ']'; skipSpace(reading)) {
    if (reading.text[reading.at] === ',') reading.at++;
    else if (readValue(reading) === undefined) return false;
  }
  reading.at++;
  return true;
}

const skipSpace = (reading: Reading) => skip(reading, /\s*/y);

function skip(reading: Reading, what: RegExp): void {
  what.lastIndex = reading.at;
  what.test(reading.text);
  reading.at = what.lastIndex;
}

/**
 * Not by what JSON.parse makes of an object: V8 may read the key `"` as `\\`, where it has met that one before (nodejs/node#63785).
 * @param text that is JSON: two of them are the same value when this is the same
 */
export const canonical = (text: string) =>
  text.replace(/("(?:[^"\\]|\\.)*")|\s+/g, (_, string: string | undefined) =>
    string === undefined ? '' : JSON.stringify(JSON.parse(string)),
  );
