// Who is asked about conflicts here.

import type { Analyst } from '../../analysis/analyst.ts';
import { STATIC, staticAnalyst } from '../../analysis/static.ts';
import { openAnalysts } from '../../orchestrator/analysts.ts';
import { readGate } from '../../orchestrator/gate.ts';
import type { Project } from '../../orchestrator/project.ts';
import { openModel } from '../askModel.ts';
import type { Context } from '../command.ts';

/**
 * @param names undefined for the static one and those of `analysis.analysts`
 * @throws Problem `unknown-analyst`, `invalid-template`, and those of the configuration
 */
export async function openVoices(
  context: Context,
  project: Project,
  names?: readonly string[],
): Promise<Analyst[]> {
  const gate = await readGate(project);
  const all = [...new Set(names ?? [STATIC, ...gate.config.analysis.analysts])];
  const others = all.filter((name) => name !== STATIC);
  const opened = await openAnalysts(project, gate, others, openModel(context, gate.config.analysis));
  return all.includes(STATIC) ? [staticAnalyst, ...opened] : opened;
}
