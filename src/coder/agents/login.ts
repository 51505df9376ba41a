import type { Agent } from './agent.ts';

/** What a person does for an agent whose provider does not know them. */
export function howToLogIn({ keys, login }: Agent): string {
  return `Set ${keys.join(' or ')} where runners start, or log in: ${login}`;
}
