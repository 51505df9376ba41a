// The agents that are known by name.

import type { Agent } from './agent.ts';
import { claude } from './claude.ts';
import { codex } from './codex.ts';
import { gemini } from './gemini.ts';
import { opencode } from './opencode.ts';
import { pi } from './pi.ts';
import { qwen } from './qwen.ts';

export const AGENTS: readonly Agent[] = [claude, codex, gemini, opencode, qwen, pi];

export function findAgent(name: string): Agent | undefined {
  return AGENTS.find((agent) => agent.name === name);
}
