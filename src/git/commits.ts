import type { TaskCommit } from '../task/event.ts';
import { type Sha, toSha } from '../task/ids.ts';
import type { Git } from './client.ts';
import { readObject, writeCommitObject } from './objects.ts';

/** A commit object, its headers taken apart and its message as bytes in latin1. */
export interface CommitObject {
  readonly hash: Sha;
  readonly tree: Sha;
  readonly parents: readonly Sha[];
  /** `Name <email> seconds zone` */
  readonly author: string;
  readonly committer: string;
  /** Any other header line, continuation lines included. */
  readonly others: readonly string[];
  readonly message: string;
}

export async function readCommits(git: Git, hashes: readonly Sha[]): Promise<CommitObject[]> {
  return await Promise.all(
    hashes.map(async (hash) => {
      const object = await readObject(git, hash);
      if (object?.type !== 'commit')
        throw new TypeError(`${hash} is ${object?.type ?? 'missing'}, not a commit`);
      return parseCommit(hash, object.body.toString('latin1'));
    }),
  );
}

function parseCommit(hash: Sha, body: string): CommitObject {
  const split = body.indexOf('\n\n');
  const headers = (split < 0 ? body : body.slice(0, split)).split(/\n(?! )/);
  const value = (name: string) =>
    headers.find((line) => line.startsWith(`${name} `))?.slice(name.length + 1) ?? '';
  return {
    hash,
    tree: toSha(value('tree')),
    parents: headers.filter((line) => line.startsWith('parent ')).map((line) => toSha(line.slice(7))),
    author: value('author'),
    committer: value('committer'),
    others: headers.filter((line) => !/^(tree|parent|author|committer) /.test(line)),
    message: split < 0 ? '' : body.slice(split + 2),
  };
}

/** @returns the new object's name; the same contents give the same name */
export async function writeCommit(git: Git, commit: Omit<CommitObject, 'hash'>): Promise<Sha> {
  const lines = [
    `tree ${commit.tree}`,
    ...commit.parents.map((parent) => `parent ${parent}`),
    `author ${commit.author}`,
    `committer ${commit.committer}`,
    ...commit.others,
  ];
  return await writeCommitObject(git, Buffer.from(`${lines.join('\n')}\n\n${commit.message}`, 'latin1'));
}

export interface LogEntry extends TaskCommit {
  readonly parents: readonly Sha[];
}

const FORMAT = '%H%x00%P%x00%an <%ae>%x00%ct%x00%B%x01';

/** Commits of `range` (`main..head`), oldest first. @param files only those that change one of these */
export async function listLog(
  git: Git,
  range: readonly string[],
  files: readonly string[] = [],
): Promise<LogEntry[]> {
  const args = [
    'log',
    '--topo-order',
    '--reverse',
    '--no-show-signature',
    '--encoding=UTF-8',
    `--format=${FORMAT}`,
  ];
  const text = await git.read([...args, ...range, '--', ...files.map(literal)]);
  return text
    .split('\x01')
    .map((record) => record.replace(/^\n/, ''))
    .filter(Boolean)
    .map((record) => {
      const [hash = '', parents = '', author = '', seconds = '', message = ''] = record.split('\0');
      return {
        hash: toSha(hash),
        parents: parents.split(' ').filter(Boolean).map(toSha),
        author,
        at: Number(seconds) * 1000,
        message: message.trim(),
      };
    });
}

const literal = (file: string) => `:(top,literal)${file}`;

/** First line of a message. */
export function subjectOf(message: string): string {
  return message.split('\n', 1)[0] ?? '';
}

/** The patch from one commit to another, as text, at most `maxChars` long. @param files only of these; empty for all */
export async function readDiff(
  git: Git,
  from: string,
  to: string,
  maxChars: number,
  files: readonly string[] = [],
): Promise<{ readonly text: string; readonly cut: boolean }> {
  const where = ['--', ...files.map(literal)];
  const args = [
    '-c',
    'core.bigFileThreshold=512m', // what is larger is shown as binary: not for a repository to say
    'diff',
    '--no-ext-diff',
    '--no-textconv',
    '--no-color',
    '--src-prefix=a/',
    '--dst-prefix=b/',
    from,
    to,
  ];
  const answer = await git.run([...args, ...where], { maxOutput: maxChars * 2 }).catch(() => undefined);
  const text = answer?.stdout ?? '';
  if (answer && text.length <= maxChars) return { text, cut: false };
  if (answer) return { text: text.slice(0, maxChars), cut: true };
  const stat = await git.read(['diff', '--no-ext-diff', '--stat', '--no-color', from, to, ...where]);
  return { text: stat.slice(0, maxChars), cut: true };
}
