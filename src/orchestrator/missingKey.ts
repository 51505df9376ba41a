// An agent that has neither a key nor any trace of a login. A warning, never a refusal: agents find keys in more places
// than anybody can list (a keychain, a cloud's credentials, a proxy that needs none).

import path from 'node:path';
import { howToLogIn } from '../coder/agents/login.ts';
import { agentOf } from '../coder/launch.ts';
import type { ProgramConfig } from '../config/schema.ts';
import { exists } from '../disk/files.ts';
import type { Host } from './project.ts';

export interface MissingKey {
  readonly sentence: string;
  readonly remedy: string;
}

/** Variables that lead an agent to credentials elsewhere, or to settings that are not under the home folder. */
const ELSEWHERE =
  /^(CLAUDE_CODE_USE_|CLAUDE_CONFIG_DIR|CODEX_HOME|GOOGLE_GENAI_USE_|GOOGLE_APPLICATION_CREDENTIALS|GEMINI_CLI_HOME|QWEN_HOME|OPENCODE_CONFIG|PI_CODING_AGENT_DIR|XDG_(CONFIG|DATA)_HOME$|AWS_|\w+_BASE_URL$)/;

/** Undefined for a command, for an agent that has a key or may have one, and where nobody can tell. */
export async function missingKey(
  { environment }: Pick<Host, 'environment'>,
  program: ProgramConfig | undefined,
): Promise<MissingKey | undefined> {
  const agent = program && agentOf(program);
  const home = environment.HOME;
  // macOS keeps logins in its keychain.
  if (!agent || !home || process.platform === 'darwin') return undefined;
  if (agent.keys.length + agent.traces.length === 0) return undefined;
  if (agent.keys.some((key) => environment[key])) return undefined;
  const names = Object.keys(environment);
  // Those that take any provider's model take any provider's key.
  const taken = agent.keys.length > 1 ? names.filter((name) => /_API_KEY$/.test(name)) : [];
  if (taken.length > 0 || names.some((name) => ELSEWHERE.test(name))) return undefined;
  for (const trace of agent.traces) if (await exists(path.join(home, trace))) return undefined;
  return {
    sentence: `${agent.title} has no key (${agent.keys.join(', ')}) and no login that could be found`,
    remedy: howToLogIn(agent),
  };
}
