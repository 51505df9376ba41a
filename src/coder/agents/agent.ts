// What is known of an agent that people install themselves: how it starts without a person, and what its output means.
// A preset is a pure description: it reads no files, no clock and no environment.

import type { Limit } from '../../task/limit.ts';
import type { Tokens } from '../../task/tokens.ts';

export interface Agent {
  readonly name: string;
  /** For people: `Claude Code`. */
  readonly title: string;
  /** Looked for on PATH. */
  readonly program: string;
  /** The command that installs it, as a person types it. */
  readonly install: string;
  /** Variables, one of which holds a key where there is no login. */
  readonly keys: readonly string[];
  /** How a person logs in. */
  readonly login: string;
  /** Whether it can be given an MCP server. */
  readonly tools: boolean;
  /** Files with a repository's conventions that it reads by itself: in each folder the first of these that is there. */
  readonly reads: readonly string[];
  /** Under the home folder: what is there where a person has logged in, or has settings that may hold a key. */
  readonly traces: readonly string[];
  start(starting: Starting): Started;
  /**
   * Never throws: agents change their output from version to version.
   * @param event one line of its output, parsed; the line itself where it is no JSON
   * @returns what it says; nothing where the event is not known
   */
  read(event: unknown): readonly Said[];
}

export interface Starting {
  /** As the agent spells it; null: the agent's own choice. */
  readonly model: string | null;
  /** Added by the person, after ours. */
  readonly args: readonly string[];
  readonly worktree: string;
  /** Git folders outside the worktree that a commit writes into. */
  readonly gitFolders: readonly string[];
  /** An absolute path: a folder of the agent's own for this runner. */
  readonly home: string;
  /** It reviews: it may look at files, and neither change any nor run anything. */
  readonly readOnly: boolean;
  /** This program, which some are started through. */
  readonly self: readonly string[];
  /** The command of the MCP server whose tools it may call to say something back; null for none. */
  readonly tools: readonly string[] | null;
}

export interface Started {
  /** Reads the brief on standard input. Never in an argument: Linux caps one at 128 KB, and everybody may read it. */
  readonly command: readonly string[];
  /** Added to what the agent inherits. */
  readonly environment: Readonly<Record<string, string>>;
  /** Path under `home` → text, to be written before the start. */
  readonly files: Readonly<Record<string, string>>;
}

export type Said =
  /** `piece`: of a message that its neighbours with that mark belong to. */
  | { readonly kind: 'message'; readonly text: string; readonly piece?: true }
  /** `about`: a command, a path or whatever names the call best, in one short line. `same`: equal for calls with the same input. */
  | { readonly kind: 'tool'; readonly name: string; readonly about: string; readonly same: string }
  /** A file that it says it changed; git knows better. The path is as the agent gives it. */
  | { readonly kind: 'changed'; readonly path: string }
  | ({ readonly kind: 'usage' } & Usage)
  | { readonly kind: 'error'; readonly text: string; readonly limit: Limit | null }
  | { readonly kind: 'result'; readonly ok: boolean; readonly text: string };

export interface Usage extends Tokens {
  /** US dollars; null where the agent names no price. */
  readonly cost: number | null;
  /** Of the whole run so far; otherwise to be added to what came before. */
  readonly total: boolean;
}
