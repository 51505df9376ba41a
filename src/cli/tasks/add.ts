import { addTask, checkTask } from '../../orchestrator/addTask.ts';
import type { Routed } from '../../orchestrator/askRouter.ts';
import type { Project } from '../../orchestrator/project.ts';
import { routeTask } from '../../orchestrator/routeTask.ts';
import { zonesKeepApart } from '../../orchestrator/zones.ts';
import { getTask } from '../../store/tasks.ts';
import { SURE } from '../../structure/route.ts';
import { Problem } from '../../task/problem.ts';
import { type Context, command } from '../command.ts';
import { EXIT } from '../exit.ts';
import { theSection, theTaskId } from '../lookup.ts';
import { type Choice, choicesOf, routeDocument, suggestionLines } from './autoSection.ts';
import { readSpec, taskOptions } from './options.ts';
import { routerOf } from './router.ts';

export default command(
  (yargs) =>
    taskOptions(
      yargs.positional('title', { type: 'string', demandOption: true, describe: 'What is to be done' }),
    ).option('auto-section', {
      type: 'boolean',
      default: false,
      describe: 'Suggest the section from the text, and say which files it is likely to change',
    }),
  async (args, context) => {
    const { title } = args;
    if (args['auto-section'] && args.section !== undefined)
      throw new Problem('user', 'usage', '--section and --auto-section each choose a section', 'Give one.');
    const project = await context.project();
    const named = args.section === undefined ? null : await theSection(project, args.section);
    const after = await Promise.all((args.after ?? []).map((prefix) => theTaskId(project, prefix)));
    const spec = args.spec === undefined ? '' : await readSpec(context, args.spec);
    // What cannot be added is said before anything is asked.
    if (args['auto-section']) await checkTask(project, args);
    const chosen = args['auto-section'] ? await chooseSection(context, project, { title, spec }) : null;
    if (chosen === 'nothing') {
      context.narrate('steroids: nothing was added');
      return { data: { id: null }, text: '', exitCode: EXIT.interrupted };
    }
    const paths = [...new Set([...(args.paths ?? []), ...(chosen?.paths ?? [])])];
    const likely = chosen ? chosen.likely : await likelyBy(context, project, { title, spec, paths });
    const { id, notes } = await addTask(project, {
      title,
      spec,
      sectionId: (chosen ? chosen.section : named)?.id ?? null,
      priority: args.priority ?? 0,
      paths,
      ...(likely && paths.length === 0 ? { pathsInferred: likely } : {}),
      coder: args.coder ?? null,
      after,
    });
    for (const note of notes) context.narrate(`steroids: ${note}`);
    const task = await getTask(project.store.db, id);
    const where = task?.section ? ` in section “${task.section.name}”` : '';
    return {
      data: { id, ...(chosen ? { ...chosen.document, paths: task?.paths ?? [] } : {}) },
      text: `${id}  added${where}: ${task?.title}`,
    };
  },
);

interface Chosen extends Pick<Choice, 'section' | 'paths'> {
  /** What a model says that it will change; undefined where none had a say. */
  readonly likely: readonly string[] | undefined;
  readonly document: object;
}

/** @returns `nothing` where the person went away instead of choosing */
async function chooseSection(
  context: Context,
  project: Project,
  task: { readonly title: string; readonly spec: string },
): Promise<Chosen | 'nothing'> {
  if (!context.json) context.narrate('Analyzing task specification...\n');
  const route = await routeTask(project, task, await routerOf(context, project, true));
  const choices = choicesOf(route, await zonesKeepApart(project));
  for (const warning of route.warnings) context.narrate(`steroids: ${warning}`);
  if (!context.json) for (const line of suggestionLines(route, choices)) context.narrate(line);
  const number = await askChoice(context, choices);
  const choice = choices[number - 1];
  if (choice === undefined) return 'nothing';
  const section = choice.kind === 'manual' ? await askSection(context, project) : choice.section;
  if (section === 'nothing') return 'nothing';
  const document = { choice: number, section: section?.name ?? null, route: routeDocument(route) };
  return { section, paths: choice.paths, likely: likelyIn(route), document };
}

function likelyIn({ by, files }: Routed): readonly string[] | undefined {
  return by === null ? undefined : files.filter(({ score }) => score >= SURE).map(({ path }) => path);
}

/** Where the configuration wants a model to be asked about every task. */
async function likelyBy(
  context: Context,
  project: Project,
  task: { readonly title: string; readonly spec: string; readonly paths: readonly string[] },
): Promise<readonly string[] | undefined> {
  const router = task.paths.length > 0 ? undefined : await routerOf(context, project, false);
  if (router === undefined) return undefined;
  await checkTask(project, task);
  try {
    const route = await routeTask(project, task, router);
    for (const warning of route.warnings) context.narrate(`steroids: ${warning}`);
    return likelyIn(route);
  } catch (error) {
    if (error instanceof Problem) return undefined; // a task is added without a hint as well
    throw error;
  }
}

/** @returns its number, from 1; 0 where the person went away */
async function askChoice(context: Context, choices: readonly Choice[]): Promise<number> {
  if (!context.asks) {
    if (!context.json) context.narrate('   Nobody is asked here (no terminal): the first is taken.');
    return 1;
  }
  for (;;) {
    const answer = await context.ask('\n   Choice [1]: ');
    if (answer === undefined) return 0;
    const number = answer === '' ? 1 : Number(answer);
    if (choices[number - 1]) return number;
    context.narrate(`   A number from 1 to ${choices.length}, or Ctrl-C to add nothing.`);
  }
}

async function askSection(context: Context, project: Project) {
  for (;;) {
    const answer = await context.ask('   Section: ');
    if (answer === undefined) return 'nothing';
    const found = await theSection(project, answer).catch((error: unknown) => error);
    if (!(found instanceof Error)) return found as Awaited<ReturnType<typeof theSection>>;
    if (!(found instanceof Problem)) throw found;
    context.narrate(`   ${found.message}. ${found.hint ?? ''}`);
  }
}
