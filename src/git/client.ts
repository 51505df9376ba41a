// One git, bound to a folder: plumbing by exit code. Whatever a repository's or a person's configuration could make
// git execute or change by itself is pinned off here, once.

import { changing } from '../failpoint/changing.ts';
import { type Conversation, converse } from '../process/converse.ts';
import { type Environment, gitEnvironment } from '../process/environment.ts';
import { ownMark } from '../process/marked.ts';
import { type Answer, ask } from '../process/run.ts';
import { Problem } from '../task/problem.ts';
import { note } from './journal.ts';

export interface GitCall {
  readonly input?: string;
  /** Added to the environment, `GIT_INDEX_FILE` for one. */
  readonly with?: Environment;
  /** Commits are bytes, in whatever encoding: latin1 keeps them as they are, both ways. */
  readonly binary?: boolean;
  readonly maxOutput?: number;
  /** Milliseconds. */
  readonly timeLimit?: number;
  /** The worktree that is added. */
  readonly making?: string;
}

export interface Git {
  readonly dir: string;
  readonly environment: Environment;
  /** The same git in another folder, with more in its environment. */
  at(dir: string, also?: Environment): Git;
  /** Where the repository's settings stand as they were before any coder began: for git in its checkouts (frozen.ts). */
  readonly frozen?: string;
  /** Any exit code is an answer. */
  run(args: readonly string[], call?: GitCall): Promise<Answer & { code: number }>;
  /** Standard output without the last newline. @throws GitFailure on any exit code but 0 */
  read(args: readonly string[], call?: GitCall): Promise<string>;
  /** A git that keeps running and answers line by line; the same one for the same arguments. */
  converse(args: readonly string[]): Conversation;
}

/** Git could not do what it was asked: a broken disk, a held lock, a missing object. Never a conflict. */
export class GitFailure extends Problem {
  readonly exitCode: number | undefined;
  constructor(args: readonly string[], answer: Answer) {
    const how = answer.failure ?? 'failed';
    const why = answer.stderr.trim() || (answer.failure ? '' : `exit code ${answer.code}`);
    super('environment', 'git-failed', `git ${subcommandOf(args)} ${how}${why && `: ${why}`}`);
    this.exitCode = answer.code;
  }
}

function subcommandOf(args: readonly string[]): string {
  const [first = '', , ...rest] = args;
  if (first === '-c' || first === '-C') return subcommandOf(rest);
  return first.startsWith('--') ? subcommandOf(args.slice(1)) : first;
}

/** What changes nothing, or only adds objects that nothing refers to (`merge-tree`). */
const READING = new Set([
  'cat-file',
  'check-ignore',
  'check-ref-format',
  'diff',
  'diff-files',
  'diff-index',
  'diff-tree',
  'for-each-ref',
  'grep',
  'log',
  'merge-base',
  'merge-tree',
  'rev-list',
  'rev-parse',
  'status',
  'var',
]);

/** By these words a subcommand that may change something is asked to tell something. */
const ASKING = /^(list|get-url|--get(-all|-regexp)?|--list)$/;

/** Whatever is not known to be a reader may change something. */
function changes(args: readonly string[]): boolean {
  return !READING.has(subcommandOf(args)) && !args.some((word) => ASKING.test(word));
}

/** Never a hook, a monitor, a pager, an editor or a maintenance run of the repository's own choosing. */
export const PINS: readonly string[] = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.quotePath=false',
  'core.pager=cat',
  'core.filesRefLockTimeout=10000',
  'core.packedRefsTimeout=10000',
  'gc.auto=0',
  'maintenance.auto=false',
  'core.ignoreStat=false',
  'core.safecrlf=false',
  'commit.gpgSign=false',
  'i18n.commitEncoding=UTF-8',
  'rebase.updateRefs=false',
  'advice.detachedHead=false',
  'advice.graftFileDeprecated=false',
  'submodule.recurse=false',
  // Our own git directory is a bare one; whoever forbids those means what is found by accident.
  'safe.bareRepository=all',
];

const PINNED = PINS.flatMap((pin) => ['-c', pin]);

/** @param journal where it is noted what is being changed; undefined while there is no steroids project */
export function openGit(
  dir: string,
  environment: Readonly<Record<string, string | undefined>>,
  also: Environment = {},
  journal?: string,
): Git {
  const own: Environment = {
    ...gitEnvironment(environment),
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_EDITOR: 'true',
    // What was verified and what lands is what the commits themselves say: who replaces one shows another (`git replace`).
    GIT_NO_REPLACE_OBJECTS: '1',
    ...ownMark(),
    ...also,
  };
  const run = (args: readonly string[], call: GitCall = {}) =>
    changes(args) ? changing(`git ${subcommandOf(args)}`, () => runNoted(args, call)) : runNow(args, call);
  const runNoted = async (args: readonly string[], call: GitCall) => {
    const noted = journal === undefined ? undefined : note(journal, dir, args, call);
    try {
      return await runNow(args, call, noted?.started);
    } finally {
      noted?.ended();
    }
  };
  const runNow = async (args: readonly string[], call: GitCall, started?: (pid: number) => void) => {
    const answer = await ask('git', [...PINNED, ...args], {
      cwd: dir,
      environment: call.with ? { ...own, ...call.with } : own,
      ...(call.input === undefined
        ? {}
        : { input: call.binary ? Buffer.from(call.input, 'latin1') : call.input }),
      ...(started ? { started } : {}),
      ...(call.binary ? { binary: true } : {}),
      ...(call.timeLimit === undefined ? {} : { timeLimit: call.timeLimit }),
      ...(call.maxOutput === undefined ? {} : { maxOutput: call.maxOutput }),
    });
    if (answer.code === undefined) throw new GitFailure(args, answer);
    return { ...answer, code: answer.code };
  };
  const conversations = new Map<string, Conversation>();
  return {
    dir,
    environment: own,
    at: (other, more) => openGit(other, own, more, journal),
    run,
    converse(args) {
      const key = args.join(' ');
      const known =
        conversations.get(key) ?? converse('git', [...PINNED, ...args], { cwd: dir, environment: own });
      conversations.set(key, known);
      if (!changes(args)) return known;
      const door = `git ${subcommandOf(args)}`;
      return { ask: (request, take) => changing(door, () => known.ask(request, take)) };
    },
    async read(args, call) {
      const answer = await run(args, call);
      if (answer.code !== 0) throw new GitFailure(args, answer);
      return answer.stdout.replace(/\n$/, '');
    },
  };
}
