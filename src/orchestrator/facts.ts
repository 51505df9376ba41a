// What happens while runners and the lander work, for whoever shows it. Nobody decides anything by a fact.

import type { StoredStatus } from '../task/status.ts';

interface About {
  readonly task: { readonly id: string; readonly title: string };
  /** The number of the runner. */
  readonly runner: number;
}

interface Queued {
  readonly title: string;
  /** The queue entry; null when main itself is verified. */
  readonly entry: { readonly id: string; readonly task: string | null; readonly branch: string } | null;
}

export type Fact =
  | { readonly kind: 'runner-started'; readonly runner: number; readonly section: string | null }
  | { readonly kind: 'runner-stopped'; readonly runner: number }
  /** It goes on under another number, because its worktree cannot be used. */
  | { readonly kind: 'runner-moved'; readonly runner: number; readonly to: number; readonly reason: string }
  | (About & { readonly kind: 'setting-up'; readonly attempt: number; readonly commands: readonly string[] })
  | (About & {
      readonly kind: 'coding';
      readonly attempt: number;
      readonly coder: string;
      readonly log: string;
    })
  | (About & { readonly kind: 'submitted'; readonly commits: number })
  | (About & { readonly kind: 'reviewing'; readonly reviewer: string })
  | (About & { readonly kind: 'approved'; readonly reviewer: string })
  /** Main has it already. */
  | (About & { readonly kind: 'confirmed'; readonly reviewer: string; readonly commit: string })
  | (About & {
      readonly kind: 'rejected';
      readonly reviewer: string;
      /** By nobody: it changes what lies outside of its zone. */
      readonly outside?: boolean;
      readonly reason: string;
      readonly status: StoredStatus;
    })
  | (About & { readonly kind: 'disputed'; readonly reviewer: string; readonly reason: string })
  | (About & { readonly kind: 'unjudged'; readonly reason: string; readonly status: StoredStatus })
  | (About & { readonly kind: 'waiting-for-person'; readonly what: string })
  | (About & { readonly kind: 'setback'; readonly reason: string; readonly status: StoredStatus })
  | (About & { readonly kind: 'interrupted'; readonly reason: string })
  | (Queued & {
      readonly kind: 'verifying';
      readonly candidate: string;
      readonly log: string;
      /** Why it is verified once more; null the first time. */
      readonly again: string | null;
    })
  | (Queued & { readonly kind: 'landed'; readonly commit: string; readonly note: string | null })
  | (Queued & {
      readonly kind: 'sent-back';
      readonly reason: string;
      readonly status: StoredStatus | 'ended';
    })
  | (Queued & { readonly kind: 'held'; readonly reason: string })
  | { readonly kind: 'paused'; readonly reason: string }
  | { readonly kind: 'noticed'; readonly sentence: string };

export type Report = (fact: Fact) => void;
