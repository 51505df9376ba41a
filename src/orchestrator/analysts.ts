// The analysts of conflicts that the configuration names, ready to be asked.

import type { AnalysisQuestion, Analyst } from '../analysis/analyst.ts';
import type { Existing } from '../analysis/believe.ts';
import { type AskModel, modelAnalyst } from '../analysis/model.ts';
import type { Wording } from '../analysis/prompt.ts';
import { mistakeInAnalysisTemplate } from '../config/analysisTemplate.ts';
import { namedAnalyst } from '../config/analysts.ts';
import { CONFIG_FILE } from '../config/parse.ts';
import { readFileAt } from '../git/refs.ts';
import { listFiles } from '../git/tree.ts';
import { type Sha, shortSha } from '../task/ids.ts';
import { Problem } from '../task/problem.ts';
import { commandAnalyst } from './commandAnalyst.ts';
import { whyNotAsked } from './countAsking.ts';
import type { Gate } from './gate.ts';
import type { Project } from './project.ts';

/**
 * @param names `model`, names of `analysis.commands`, or of agents
 * @param ask asks the model
 * @throws Problem `unknown-analyst`, `invalid-template`
 */
export async function openAnalysts(
  project: Project,
  gate: Gate,
  names: readonly string[],
  ask: AskModel,
): Promise<Analyst[]> {
  if (names.length === 0) return [];
  const { model, timeLimit } = gate.config.analysis;
  const wording = await readWording(project, gate);
  const existing = existingIn(project);
  return names.map((name) => {
    const named = namedAnalyst(gate.config, name);
    if (named.kind === 'unknown')
      throw new Problem('user', 'unknown-analyst', `there is no analyst "${name}"`, named.hint);
    if (named.kind === 'model') {
      const asking = unlessHeld(project, gate, ask);
      return modelAnalyst({ model, wording, timeLimit, ask: asking, existing });
    }
    return commandAnalyst(project, gate, { name, config: named.config, wording, existing });
  });
}

/** Whoever else has the key was told when to ask again. */
function unlessHeld(project: Project, { config }: Gate, ask: AskModel): AskModel {
  return async (question, signal) => {
    const reason = await whyNotAsked(project, config, { anthropic: config.analysis, timeLimit: 0 });
    return reason === undefined ? await ask(question, signal) : { kind: 'failed', reason, cost: null };
  };
}

/** @throws Problem `invalid-template` */
export async function readWording(
  project: Pick<Project, 'git' | 'main'>,
  { main, config }: Gate,
): Promise<Wording> {
  const { template: file, limit } = config.analysis;
  if (file === undefined) return { template: null, limit };
  const template = await readFileAt(project.git, main, file);
  const mistake =
    template === undefined ? 'there is no such file' : mistakeInAnalysisTemplate(template, limit);
  if (template !== undefined && mistake === undefined) return { template, limit };
  throw new Problem(
    'config',
    'invalid-template',
    `analysis.template is ${file}, and on ${project.main} (${shortSha(main)}): ${mistake}`,
    `Correct ${file} there, or take analysis.template out of ${CONFIG_FILE}.`,
  );
}

/** What is in main, and what the tasks under way have made already. Read once for each main. */
function existingIn(project: Project): (question: AnalysisQuestion) => Existing {
  const trees = new Map<Sha, Promise<ReadonlySet<string>>>();
  return ({ main, tasks }) =>
    async (paths) => {
      const known = trees.get(main) ?? readTree(project, main);
      trees.set(main, known);
      const tree = await known;
      const likely = new Set(tasks.flatMap((task) => task.likely.map(({ path }) => path)));
      return new Set(paths.filter((path) => tree.has(path) || likely.has(path)));
    };
}

async function readTree(project: Project, main: Sha): Promise<ReadonlySet<string>> {
  const there = new Set<string>();
  for (const file of await listFiles(project.git, main)) {
    there.add(file);
    for (let at = file.lastIndexOf('/'); at > 0; at = file.lastIndexOf('/', at - 1)) {
      const folder = file.slice(0, at);
      if (there.has(folder)) break;
      there.add(folder);
    }
  }
  return there;
}
