// One git, bound to a folder: plumbing by exit code. Whatever a repository's or a person's configuration could make
// git execute or change by itself is pinned off here, once.

import { type Conversation, converse } from '../process/converse.ts';
import { type Environment, gitEnvironment } from '../process/environment.ts';
import { type Answer, ask } from '../process/run.ts';
import { Problem } from '../task/problem.ts';

export interface GitCall {
  readonly input?: string;
  /** Added to the environment, `GIT_INDEX_FILE` for one. */
  readonly with?: Environment;
  /** Commits are bytes, in whatever encoding: latin1 keeps them as they are, both ways. */
  readonly binary?: boolean;
  readonly maxOutput?: number;
  /** Milliseconds. */
  readonly timeLimit?: number;
}

export interface Git {
  readonly dir: string;
  readonly environment: Environment;
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
  return first === '-c' || first === '-C' ? subcommandOf(rest) : first;
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
  'submodule.recurse=false',
  // Our own git directory is a bare one; whoever forbids those means what is found by accident.
  'safe.bareRepository=all',
];

const PINNED = PINS.flatMap((pin) => ['-c', pin]);

export function openGit(
  dir: string,
  environment: Readonly<Record<string, string | undefined>>,
  also: Environment = {},
): Git {
  const own: Environment = {
    ...gitEnvironment(environment),
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_EDITOR: 'true',
    ...also,
  };
  const run = async (args: readonly string[], call: GitCall = {}) => {
    const answer = await ask('git', [...PINNED, ...args], {
      cwd: dir,
      environment: call.with ? { ...own, ...call.with } : own,
      ...(call.input === undefined
        ? {}
        : { input: call.binary ? Buffer.from(call.input, 'latin1') : call.input }),
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
    run,
    converse(args) {
      const key = args.join(' ');
      const known =
        conversations.get(key) ?? converse('git', [...PINNED, ...args], { cwd: dir, environment: own });
      conversations.set(key, known);
      return known;
    },
    async read(args, call) {
      const answer = await run(args, call);
      if (answer.code !== 0) throw new GitFailure(args, answer);
      return answer.stdout.replace(/\n$/, '');
    },
  };
}
