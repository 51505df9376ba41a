import { addTask } from '../../orchestrator/addTask.ts';
import { getTask } from '../../store/tasks.ts';
import { command } from '../command.ts';
import { theSection, theTaskId } from '../lookup.ts';
import { readSpec, taskOptions } from './options.ts';

export default command(
  (yargs) =>
    taskOptions(
      yargs.positional('title', { type: 'string', demandOption: true, describe: 'What is to be done' }),
    ),
  async (args, context) => {
    const project = await context.project();
    const section = args.section === undefined ? null : await theSection(project, args.section);
    const after = await Promise.all((args.after ?? []).map((prefix) => theTaskId(project, prefix)));
    const spec = args.spec === undefined ? '' : await readSpec(context, args.spec);
    const { id, notes } = await addTask(project, {
      title: args.title,
      spec,
      sectionId: section?.id ?? null,
      priority: args.priority ?? 0,
      paths: args.paths ?? [],
      coder: args.coder ?? null,
      after,
    });
    for (const note of notes) context.narrate(`steroids: ${note}`);
    const task = await getTask(project.store.db, id);
    const where = task?.section ? ` in section “${task.section.name}”` : '';
    return { data: { id }, text: `${id}  added${where}: ${task?.title}` };
  },
);
