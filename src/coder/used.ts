// What an agent used, as far as it tells.

import { sumIfKnown, sumOfTokens, type Tokens } from '../task/tokens.ts';
import type { Said } from './agents/agent.ts';
import { sumUsage } from './agents/judge.ts';

export interface AgentUsed {
  readonly tokens: Tokens | null;
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
  if (one.tokens === null || other.tokens === null) return { tokens: one.tokens ?? other.tokens, cost: null };
  return { tokens: sumOfTokens(one.tokens, other.tokens), cost: sumIfKnown(one.cost, other.cost) };
}
