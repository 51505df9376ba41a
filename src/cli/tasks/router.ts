// `routing` in the configuration: the model that may choose where a new task belongs.

import type { Router } from '../../orchestrator/askRouter.ts';
import { countAsking, whyNotAsked } from '../../orchestrator/countAsking.ts';
import { readGate } from '../../orchestrator/gate.ts';
import type { Project } from '../../orchestrator/project.ts';
import { Problem } from '../../task/problem.ts';
import { allOf } from '../../task/tokens.ts';
import { openModel } from '../askModel.ts';
import type { Context } from '../command.ts';

/**
 * Main's configuration says which.
 * @param wanted whether a suggestion was asked for
 */
export async function routerOf(
  context: Context,
  project: Project,
  wanted: boolean,
): Promise<Router | undefined> {
  const config = await configured(project);
  const routing = config?.routing;
  if (config === undefined || routing === undefined || (!wanted && routing.ask !== 'always'))
    return undefined;
  const { model: name, key, timeLimit } = routing;
  const model = openModel(context, routing);
  const { elapsed } = context.host;
  let within: AbortSignal | undefined;
  return {
    name,
    async ask(question) {
      const reason = await whyNotAsked(project, config, { anthropic: routing, timeLimit });
      if (reason !== undefined) return { kind: 'failed', reason };
      // For all that it is asked about one task.
      within ??= AbortSignal.timeout(timeLimit);
      if (context.host.environment[key]) context.narrate(`Asking ${name}...`);
      const began = elapsed();
      const { cost, ...answered } = await model(question, within, 0);
      const uncounted = await countAsking(project, 'routing', name, cost, elapsed() - began);
      if (uncounted !== undefined) context.narrate(`steroids: ${uncounted}`);
      if (cost?.tokens) context.narrate(`${name} took ${allOf(cost.tokens)} tokens.`);
      return answered;
    },
  };
}

async function configured(project: Project) {
  try {
    return (await readGate(project)).config;
  } catch (error) {
    // What is wrong with it is told where the task is checked; tasks may be collected before it is on main.
    if (error instanceof Problem) return undefined;
    throw error;
  }
}
