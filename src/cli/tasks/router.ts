// `routing` in the configuration: the model that may choose where a new task belongs.

import { askModel, type ModelTokens } from '../../model/anthropic.ts';
import { allOf } from '../../model/cost.ts';
import type { Router } from '../../orchestrator/askRouter.ts';
import { readGate } from '../../orchestrator/gate.ts';
import type { Project } from '../../orchestrator/project.ts';
import { Problem } from '../../task/problem.ts';
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
  const routing = await configured(project);
  if (routing === undefined || (!wanted && routing.ask !== 'always')) return undefined;
  const { model: name, maxTokens, key: keyVariable, timeLimit } = routing;
  const key = context.host.environment[keyVariable] ?? '';
  let within: AbortSignal | undefined;
  return {
    name,
    async ask(question) {
      if (key === '') return { kind: 'failed', reason: `${keyVariable} is not set` };
      // For all that it is asked about one task.
      within ??= AbortSignal.timeout(timeLimit);
      context.narrate(`Asking ${name}...`);
      let tokens = 0;
      const count = (more: ModelTokens) => {
        tokens += allOf(more);
      };
      const answered = await askModel({ name, maxTokens, key, keyVariable }, question, count, within, 0);
      context.narrate(`${name} took ${tokens} tokens.`);
      return answered;
    },
  };
}

async function configured(project: Project) {
  try {
    return (await readGate(project)).config.routing;
  } catch (error) {
    // What is wrong with it is told where the task is checked; tasks may be collected before it is on main.
    if (error instanceof Problem) return undefined;
    throw error;
  }
}
