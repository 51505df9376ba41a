// Who may be asked about conflicts: one question, one kind of answer, several voices.

import type { Sha, TaskId } from '../task/ids.ts';
import type { Status } from '../task/status.ts';
import type { Tokens } from '../task/tokens.ts';
import type { ConflictAnalysis } from './conflictAnalysis.ts';

export interface LikelyFile {
  /** From the root of the repository. */
  readonly path: string;
  /** From 0 to 1; 1 where its branch or worktree has changed it already, and nowhere else. */
  readonly likelihood: number;
  /** A few words: what speaks for it. */
  readonly reason: string;
}

/** A task that could run at the time of another one of the question. */
export interface AnalyzedTask {
  readonly id: TaskId;
  readonly title: string;
  readonly spec: string;
  /** Null: in no section. */
  readonly section: string | null;
  readonly status: Status;
  /** Globs that a person gave with `--paths`; empty where nobody did. */
  readonly paths: readonly string[];
  /** The likeliest first; where it has changed files already, these are what it is certain of. */
  readonly likely: readonly LikelyFile[];
  /** Keys of shared parts that it is likely to change. */
  readonly shared: readonly string[];
  /** Where names in its text are declared on main: what it builds on. */
  readonly names?: readonly { readonly symbol: string; readonly path: string }[];
  /** All tasks of the question that have landed before it begins (`--after`, also by way of others). */
  readonly after: readonly TaskId[];
}

export interface AnalyzedSection {
  readonly name: string;
  /** While one of its tasks is under way, no other task is. */
  readonly exclusive: boolean;
  readonly maxRunners: number;
}

/** Two files that are changed together in main's history. */
export interface Together {
  readonly one: string;
  readonly other: string;
  /** Of the commits that changed one, how many changed the other too, 0 to 1; the greater of both ways. */
  readonly share: number;
}

/** Where tasks about a part belong. */
export interface PartSection {
  readonly name: string;
  readonly exclusive: boolean;
}

export interface AnalyzedPart {
  readonly key: string;
  readonly title: string;
  readonly paths: readonly string[];
  readonly shared: boolean;
  /** Keys of the parts that it uses. */
  readonly uses: readonly string[];
  /** Of a shared part: the section that is called after it or has its paths, whether it has tasks or not. */
  readonly section?: PartSection;
}

export interface AnalysisQuestion {
  readonly main: Sha;
  /** In the order in which they are claimed. */
  readonly tasks: readonly AnalyzedTask[];
  readonly parts: readonly AnalyzedPart[];
  /** Those of the tasks and of shared parts; without it nothing is known of what a section keeps apart. */
  readonly sections?: readonly AnalyzedSection[];
  /** Of files that different tasks are likely to change, those that seldom change alone. */
  readonly together?: readonly Together[];
  /** Folders of the repository, so many as help to understand its shape. */
  readonly folders: readonly string[];
}

/** What asking took. */
export interface Cost {
  /** Null where nobody told of any. */
  readonly tokens: Tokens | null;
  /** US dollars; null: not known. */
  readonly money: number | null;
  /** False: it was ended, and may have taken more than it told. */
  readonly whole: boolean;
}

export interface Opinion {
  readonly kind: 'opinion';
  readonly analysis: ConflictAnalysis;
  /** What was passed over, cut or not believed, in sentences. */
  readonly notes: readonly string[];
  /** Null where nobody had to be asked. */
  readonly cost: Cost | null;
}

/** It had no say: nothing stops for that. */
export interface NoOpinion {
  readonly kind: 'none';
  readonly reason: string;
  /** Null where nobody was asked. */
  readonly cost: Cost | null;
}

export interface Analyst {
  /** As people call it: `static`, the model's name, or the command's key. */
  readonly name: string;
  readonly kind: 'static' | 'model' | 'command';
  /** Anything that changes its answers besides the question: its model, its prompt, its version. */
  readonly identity: string;
  /** Never throws for what the analyst did; a signal ends it. */
  ask(question: AnalysisQuestion, signal: AbortSignal): Promise<Opinion | NoOpinion>;
}
