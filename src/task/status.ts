// The one list of statuses. `verifying` is shown, never stored: it is a queued task whose entry is being verified.

export const STORED_STATUSES = [
  'pending',
  'in_progress',
  'review',
  'queued',
  'completed',
  'disputed',
  'failed',
  'skipped',
  'cancelled',
] as const;

export type StoredStatus = (typeof STORED_STATUSES)[number];
export type Status = StoredStatus | 'verifying';

/** In the order in which people read them: what moves, what waits, what ended. */
export const STATUSES: readonly Status[] = [
  'in_progress',
  'review',
  'queued',
  'verifying',
  'pending',
  'disputed',
  'failed',
  'completed',
  'skipped',
  'cancelled',
];

/** Claimed and not yet landed or given back. */
export const UNDER_WAY: readonly StoredStatus[] = ['in_progress', 'review', 'queued'];

/** As they are shown. */
export const SHOWN_UNDER_WAY: readonly Status[] = [...UNDER_WAY, 'verifying'];

/** Nothing goes on with these by itself, and nobody has to decide about them. */
export const ENDED: readonly Status[] = ['completed', 'cancelled', 'skipped'];

/** What a queue entry may be. A task whose entry is in `VERIFYING_ENTRY` is shown as `verifying`. */
export const ENTRY_STATUSES = [
  'waiting',
  'verifying',
  'verified',
  'landing',
  'landed',
  'conflicted',
  'broken',
  'waiting-on-checkout',
  'cancelled',
] as const;

export type EntryStatus = (typeof ENTRY_STATUSES)[number];

export const ACTIVE_ENTRY: readonly EntryStatus[] = [
  'waiting',
  'verifying',
  'verified',
  'landing',
  'waiting-on-checkout',
];
export const VERIFYING_ENTRY: readonly EntryStatus[] = ['verifying', 'verified', 'landing'];
