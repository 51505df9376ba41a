// What an agent used, as far as it tells.

import type { Said } from './agents/agent.ts';
import { sumUsage } from './agents/judge.ts';

export interface AgentUsed {
  readonly tokens: {
    readonly input: number;
    readonly output: number;
    readonly cacheRead: number;
    readonly cacheWrite: number;
  } | null;
  readonly cost: number | null;
}

/** @param said all that an agent said; empty for a command, which tells nothing */
export function usedBy(said: readonly Said[]): AgentUsed {
  if (!said.some((one) => one.kind === 'usage')) return { tokens: null, cost: null };
  const { cost, total: _, ...tokens } = sumUsage(said);
  return { tokens, cost };
}

/** Of two runs. A price that one of them did not name is not known of both. */
export function together(one: AgentUsed, other: AgentUsed): AgentUsed {
  const [tokens, more] = [one.tokens ?? other.tokens, one.tokens && other.tokens];
  return {
    tokens: tokens && {
      input: tokens.input + (more?.input ?? 0),
      output: tokens.output + (more?.output ?? 0),
      cacheRead: tokens.cacheRead + (more?.cacheRead ?? 0),
      cacheWrite: tokens.cacheWrite + (more?.cacheWrite ?? 0),
    },
    cost: one.cost === null || other.cost === null ? null : one.cost + other.cost,
  };
}
