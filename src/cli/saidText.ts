// What an agent says, as lines for people.

import type { Said } from '../coder/agents/agent.ts';

/** @returns lines; none for what says nothing to a person */
export function saidLines(said: Said): readonly string[] {
  switch (said.kind) {
    case 'message':
      return said.text.trim().split('\n');
    case 'tool':
      return [`▸ ${said.name}${said.about === '' ? '' : ` ${said.about}`}`];
    case 'error':
      return [`✗ ${said.text}`];
    case 'result':
      return said.ok ? [] : [`✗ ${said.text}`];
    case 'changed':
    case 'usage':
      return [];
  }
}
