// Which coders and reviewers may be started, given what the providers of their agents and models have said.

import { CORRECT_MODEL } from '../coder/agents/login.ts';
import { agentOf } from '../coder/launch.ts';
import type { Config, ReviewerConfig } from '../config/schema.ts';
import type { Hold } from '../store/holds.ts';
import type { Limit } from '../task/limit.ts';

/** The first wait where the provider names none, and the longest, in milliseconds. */
const FIRST_MS = 30_000;
const LONGEST_MS = 15 * 60_000;

/**
 * A quota that is used up and a login that has expired do not come back by waiting.
 * @returns the end of the hold in epoch milliseconds; null: a person has to do something
 */
export function holdUntil(limit: Limit, times: number, now: number): number | null {
  if (limit.until !== null) return Math.max(limit.until, now);
  if (limit.wait !== undefined) return now + limit.wait;
  if (limit.kind !== 'rate' && limit.kind !== 'overloaded') return null;
  return now + Math.min(FIRST_MS * 2 ** (times - 1), LONGEST_MS);
}

/** What a reviewer's refusals are held under: its agent, or the key that its model is asked with; null for a command. */
export function holdName(reviewer: ReviewerConfig): string | null {
  return reviewer.anthropic ? `anthropic:${reviewer.anthropic.key}` : (agentOf(reviewer)?.name ?? null);
}

/** The hold in force that keeps a reviewer from being asked. */
export function heldReviewer(
  reviewer: ReviewerConfig,
  holds: readonly Hold[],
  now: number,
): Hold | undefined {
  const name = holdName(reviewer);
  return holds.find((hold) => hold.name === name && (hold.until === null || hold.until > now));
}

/**
 * What a person is told of a hold that does not end by waiting, and what ends it.
 * @returns undefined where nobody is configured any more whom it keeps
 */
export function endOfHold(
  { coders, reviewers }: Config,
  { name, kind, reason }: Pick<Hold, 'name' | 'kind' | 'reason'>,
): readonly [text: string, ...answers: string[]] | undefined {
  const concerned = Object.entries(coders).filter(([, one]) => agentOf(one)?.name === name);
  // Of several that are the same agent, the one that was refused.
  const coder = concerned.find(([one]) => reason.startsWith(`coder "${one}"`)) ?? concerned[0];
  const reviewer = Object.entries(reviewers).find(([, one]) => holdName(one) === name);
  const agent = (coder && agentOf(coder[1])) ?? (reviewer && agentOf(reviewer[1]));
  const trial = coder ? `coders test ${coder[0]}` : `review test ${reviewer?.[0]}`;
  const answer = kind === 'model' ? CORRECT_MODEL : agent?.login;
  if (agent && answer)
    return [`${agent.title} is not started any more: ${reason}`, answer, `steroids ${trial}`];
  const key = reviewer?.[1].anthropic?.key;
  if (key === undefined) return undefined;
  return [`nobody asks with the key in ${key} any more: ${reason}`, `export ${key}=…`, `steroids ${trial}`];
}

/** Whether a refusal is one that the next question would meet as well, whatever it is about. */
export function holdsOthers({ kind }: Limit): boolean {
  return kind !== 'refusal' && kind !== 'model';
}

export interface Free {
  /** Coders that are not to be started. */
  readonly held: readonly string[];
  /** Who codes in place of a coder that is held: the first of its fallbacks that is not. */
  readonly instead: ReadonlyMap<string, string>;
}

export function freeCoders({ coders }: Config, holds: readonly Hold[], now: number): Free {
  const inForce = new Set(holds.filter(({ until }) => until === null || until > now).map(({ name }) => name));
  const isHeld = (name: string) => {
    const agent = coders[name] && agentOf(coders[name]);
    return agent !== null && agent !== undefined && inForce.has(agent.name);
  };
  const limited = inForce.size === 0 ? [] : Object.keys(coders).filter(isHeld);
  const instead = new Map<string, string>();
  for (const name of limited) {
    const other = coders[name]?.fallback?.find((fallback) => !isHeld(fallback));
    if (other !== undefined) instead.set(name, other);
  }
  return { held: limited.filter((name) => !instead.has(name)), instead };
}

/** When the first of them is over; null when only a person can end one. */
export function firstOver(holds: readonly Hold[], now: number): number | null {
  const times = holds.flatMap(({ until }) => (until !== null && until > now ? [until] : []));
  return times.length === 0 ? null : Math.min(...times);
}
