// A file of git's settings, read and mended by git itself, from our own git directory: nothing that stands in it is in
// force while it is looked at.

import { type Git, GitFailure } from './client.ts';

/** All values of each key, in their order. */
export type Settings = ReadonlyMap<string, readonly string[]>;

/** @returns undefined when git cannot read the text */
export async function readSettings(own: Git, text: string): Promise<Settings | undefined> {
  const args = ['config', '--file', '-', '--no-includes', '--list', '-z'];
  const listed = await own.run(args, { input: text });
  return listed.code === 0 ? collect(listed.stdout.split('\0')) : undefined;
}

/** What the repository's own configuration says, with what it includes. */
export async function readLocalSettings(git: Git): Promise<readonly (readonly [string, string])[]> {
  const text = await git.read(['config', '--local', '--includes', '--list', '-z']);
  return text.split('\0').filter(Boolean).map(toPair);
}

function collect(records: readonly string[]): Settings {
  const settings = new Map<string, string[]>();
  for (const [key, value] of records.filter(Boolean).map(toPair)) {
    const known = settings.get(key);
    if (known) known.push(value);
    else settings.set(key, [value]);
  }
  return settings;
}

/** `key\nvalue`; a key alone means yes. */
function toPair(record: string): [string, string] {
  const end = record.indexOf('\n');
  return end < 0 ? [record, 'true'] : [record.slice(0, end), record.slice(end + 1)];
}

const NOT_THERE = 5;

/** Gives a key these values and no others. Git takes its lock, so that what others write meanwhile is kept. */
export async function writeSetting(
  own: Git,
  file: string,
  key: string,
  values: readonly string[],
): Promise<void> {
  const args = ['config', '--file', file, '--unset-all', key];
  const unset = await own.run(args);
  if (unset.code !== 0 && unset.code !== NOT_THERE) throw new GitFailure(args, unset);
  for (const value of values) await own.read(['config', '--file', file, '--add', key, value]);
}

/** The text of a file with these settings. */
export function settingsText(settings: readonly (readonly [string, string])[]): string {
  return settings
    .map(([key, value]) => {
      const first = key.indexOf('.');
      const last = key.lastIndexOf('.');
      const name = key.slice(0, first);
      const section = first === last ? name : `${name} "${escaped(key.slice(first + 1, last))}"`;
      const text = escaped(value).replaceAll('\n', '\\n').replaceAll('\t', '\\t').replaceAll('\b', '\\b');
      return `[${section}]\n\t${key.slice(last + 1)} = "${text}"\n`;
    })
    .join('');
}

const escaped = (text: string) => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"');

/**
 * Keys (as git lists them: section and name in lower case) that make git run something, or look, read or send
 * elsewhere. Everything else is a person's or a coder's to set: names, branches, colours.
 */
const RISKY: readonly RegExp[] = [
  /^(include|includeif|alias|filter|hook|extensions|credential|http|url|protocol|pager|sendemail|imap)\./,
  /^core\.(hookspath|fsmonitor|sshcommand|askpass|gitproxy|editor|pager|worktree|bare|repositoryformatversion)$/,
  /^core\.(attributesfile|excludesfile|alternaterefscommand|sparsecheckout|sparsecheckoutcone|virtualfilesystem)$/,
  /^diff\.(external|.+\.(command|textconv))$/,
  /^merge\..+\.(driver|recursive)$/,
  /^(diff|merge|gui)tool\..+\.(cmd|path)$/,
  /^gpg\.(.+\.)?(program|defaultkeycommand)$/,
  /^(sequence\.editor|interactive\.difffilter|help\.browser|web\.browser|init\.templatedir)$/,
  /^(browser|man|instaweb)\..*(cmd|path|httpd)$/,
  /^(trailer|tar)\..+\.(command|cmd)$/,
  /^submodule\..+\.(update|url)$/,
  /^(uploadpack|receive)\./,
  /^gc\.recentobjectshook$/,
  /^lfs\.(customtransfer|extension)\./,
  /^lfs\.(.+\.)?(standalonetransferagent|url|pushurl)$/,
  /^remote\..+\.(uploadpack|receivepack|vcs|proxy|promisor|partialclonefilter)$/,
];

/** Where an existing remote is: a new remote is nobody's harm, another place for one that people push to is. */
const PLACES = /^remote\.(.+)\.(url|pushurl|fetch|push|mirror)$/;

/** Which risky keys are not as they were. */
export function riskyChanges(before: Settings, now: Settings): string[] {
  const remotes = new Set([...before.keys()].map((key) => PLACES.exec(key)?.[1]).filter((name) => name));
  const risky = (key: string) =>
    RISKY.some((pattern) => pattern.test(key)) || remotes.has(PLACES.exec(key)?.[1] ?? '');
  const same = (key: string) => {
    const [one, other] = [before.get(key) ?? [], now.get(key) ?? []];
    return one.length === other.length && one.every((value, at) => value === other[at]);
  };
  return [...new Set([...before.keys(), ...now.keys()])].filter((key) => risky(key) && !same(key));
}
