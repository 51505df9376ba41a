// A model that a program of ours asks (`steroids judge`): what it took, a line of JSON for each time that more was counted.

import type { Agent, Usage } from './agent.ts';
import { countOf, fieldsOf } from './event.ts';

type Tokens = Omit<Usage, 'cost' | 'total'>;

export const usageLine = (more: Tokens) => JSON.stringify({ type: 'usage', ...more });

/** Its provider tells of no price. */
export const MODEL: Pick<Agent, 'read'> = {
  read: (event) => {
    const { type, input, output, cacheRead, cacheWrite } = fieldsOf(event);
    if (type !== 'usage') return [];
    return [
      {
        kind: 'usage',
        input: countOf(input),
        output: countOf(output),
        cacheRead: countOf(cacheRead),
        cacheWrite: countOf(cacheWrite),
        cost: null,
        total: false,
      },
    ];
  },
};
