// What a coder used, as far as it tells.

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
