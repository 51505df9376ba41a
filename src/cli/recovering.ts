// What recovery found, in sentences: at each start, and for `steroids recover`.

import type { Report } from '../orchestrator/facts.ts';
import type { Project } from '../orchestrator/project.ts';
import { type Recovered, recover } from '../orchestrator/recover/recover.ts';
import type { Context } from './command.ts';

/** Before anything is started. Only what was done, or could not be, is told: the rest `steroids recover` says. */
export async function recoverFirst(context: Context, project: Project, report?: Report): Promise<void> {
  const recovered = await recover(project, { dryRun: false, ...(report ? { report } : {}) });
  for (const one of recovered)
    if (one.outcome === 'done' || one.outcome === 'failed') context.narrate(`steroids: ${sentence(one)}`);
}

/** `what was found → what was done` */
export function sentence(one: Recovered): string {
  const remedy = one.remedy === null ? '' : ` (${one.remedy})`;
  switch (one.outcome) {
    case 'done':
    case 'shown':
      return one.action === null ? one.found : `${one.found} → ${one.action}${remedy}`;
    case 'failed':
      return `${one.found} → not put right: ${one.failure}${remedy}`;
    case 'person':
      return one.remedy === null ? one.found : `${one.found} → ${one.remedy}`;
  }
}
