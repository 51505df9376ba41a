// The lockfiles of both yarns: which version stands for what is asked for (`deep@^1.0.0`). What has the same answer stands together.

import { cut, type Lines, linesOf } from './lines.ts';
import { inOrder, type MergedLock, mergePlace, type Pin } from './rule.ts';

/**
 * @param base what both began with; undefined where both added the file
 * @param ours main's
 * @returns undefined where one of them is no lockfile of yarn, or they have different formats
 */
export function mergeYarn(base: string | undefined, ours: string, theirs: string): MergedLock | undefined {
  const [mine, other] = [read(ours), read(theirs)];
  const from = base === undefined ? mine && { ...mine, answers: new Map<string, string>() } : read(base);
  if (!from || !mine || !other) return undefined;
  if (from.format !== mine.format || from.format !== other.format) return undefined;
  const answers = new Map<string, string>();
  let lost = false;
  for (const asked of [...new Set([...mine.answers.keys(), ...other.answers.keys()])].sort(byName)) {
    const place = [from.answers.get(asked), mine.answers.get(asked), other.answers.get(asked)] as const;
    const merged = mergePlace(place, { isSame: Object.is, pinOf, keeps: true });
    if (merged.entry !== undefined) answers.set(asked, merged.entry);
    lost ||= merged.lost;
  }
  const entries = together(answers).map((entry) => ['', ...write(entry, mine.format)]);
  return { text: [...mine.begin, ...entries.flat(), ''].join(linesOf(ours).newline), lost };
}

/** As yarn sorts them: without the quotes. */
const byName = (one: string, other: string) => inOrder(one.replace(/^"/, ''), other.replace(/^"/, ''));

interface Lock {
  /** Of yarn 1, or what yarn 2 and later says of itself. */
  readonly format: string;
  readonly begin: readonly string[];
  /** What is asked for, and all that is said of it. */
  readonly answers: ReadonlyMap<string, string>;
}

const CLASSIC = 'yarn lockfile v1';

function read(text: string): Lock | undefined {
  const { lines } = linesOf(text);
  const first = lines.findIndex((line) => line !== '' && !line.startsWith('#'));
  const comments = first < 0 ? lines : lines.slice(0, first);
  const entries = cut(first < 0 ? [] : lines.slice(first)) ?? [];
  const classic = comments.includes(`# ${CLASSIC}`);
  const about = !classic && entries[0]?.head === '__metadata:' ? entries.shift() : undefined;
  if (!classic && !about) return undefined;
  const answers = new Map<string, string>();
  for (const entry of entries) {
    const asked = askedOf(entry, classic);
    if (asked === undefined || asked.some((one) => answers.has(one))) return undefined;
    for (const one of asked) answers.set(one, bodyOf(entry));
  }
  const own = about?.lines ?? [];
  // Of yarn 1, two empty lines are in front of the first entry.
  const begin = about ? [...comments, ...own] : [...comments.filter((line) => line !== ''), ''];
  return { format: about ? own.join('\n') : CLASSIC, begin, answers };
}

/**
 * `a@^1, "b@1 || 2":` of yarn 1, and all in one text, `"a@npm:^1, b@npm:^2":`, of yarn 2 and later.
 * @returns each as it stands there, of yarn 1 with its quotes
 */
function askedOf({ head }: Lines, classic: boolean): readonly string[] | undefined {
  const keys = head.startsWith('? ') ? head.slice(2) : /^([^\s<=>|].*):$/.exec(head)?.[1];
  if (keys === undefined) return undefined;
  if (!classic) return unquoted(keys)?.split(/ *, */);
  const parts = keys.match(/"(?:[^"\\]|\\.)*"|[^\s",]+/g) ?? [];
  return parts.join(', ') === keys ? parts : undefined;
}

function unquoted(text: string): string | undefined {
  if (!text.startsWith('"')) return text;
  try {
    return String(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function bodyOf({ head, lines, gap }: Lines): string {
  return lines.slice(gap + (head.startsWith('? ') ? 2 : 1)).join('\n');
}

/** What stands for a file or a folder beside it pins nothing. */
function pinOf(body: string): Pin | undefined {
  const version = /^ {2}version:? "?([^"\n]*)"?$/m.exec(body)?.[1];
  const source = sourceOf(body);
  if (version === undefined || source === undefined || /^ {2}linkType: soft$/m.test(body)) return undefined;
  return { version, source };
}

const sourceOf = (body: string) => /^ {2}(?:resolved|resolution:) "?(.*?)"?$/m.exec(body)?.[1];

interface Answer {
  readonly asked: readonly string[];
  readonly body: string;
}

function together(answers: ReadonlyMap<string, string>): readonly Answer[] {
  const found = new Map<string, { asked: string[]; body: string }>();
  for (const [asked, body] of answers) {
    const key = sourceOf(body) === undefined ? asked : body;
    const answer = found.get(key);
    if (answer) answer.asked.push(asked);
    else found.set(key, { asked: [asked], body });
  }
  return [...found.values()];
}

const LONGEST = 1024;

function write({ asked, body }: Answer, format: string): readonly string[] {
  const key = format === CLASSIC ? asked.join(', ') : JSON.stringify(asked.join(', '));
  const head = format !== CLASSIC && key.length > LONGEST ? `? ${key}\n:` : `${key}:`;
  return `${head}\n${body}`.split('\n');
}
