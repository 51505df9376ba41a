import type { Limit } from '../../task/limit.ts';
import type { Agent } from './agent.ts';

/** What a person does for an agent whose provider does not know them. */
export function howToLogIn({ keys, login }: Pick<Agent, 'keys' | 'login'>): string {
  const byHand = `log in: ${login}`;
  return keys.length === 0
    ? `L${byHand.slice(1)}`
    : `Set ${keys.join(' or ')} where runners start, or ${byHand}`;
}

/** What a model that its provider does not have asks for. */
export const CORRECT_MODEL = 'Correct its model in .steroids/config.yaml, and commit that';

/** What a person does about a refusal; undefined where waiting, or nothing, helps. */
export function whatToDo(agent: Pick<Agent, 'keys' | 'login'>, { kind }: Limit): string | undefined {
  if (kind === 'login') return howToLogIn(agent);
  return kind === 'model' ? CORRECT_MODEL : undefined;
}
