// Which coders may be started, given what the providers of their agents have said.

import type { Limit } from '../coder/agents/agent.ts';
import { agentOf } from '../coder/launch.ts';
import type { Config } from '../config/schema.ts';
import type { Hold } from '../store/holds.ts';

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
