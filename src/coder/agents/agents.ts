// The agents that are known by name.

import type { Agent } from './agent.ts';
import { pi } from './pi.ts';

export const AGENTS: readonly Agent[] = [pi];

export function findAgent(name: string): Agent | undefined {
  return AGENTS.find((agent) => agent.name === name);
}
