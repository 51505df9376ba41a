import { editTask } from '../../orchestrator/editTask.ts';
import { command } from '../command.ts';
import { taskDocument } from '../documents.ts';
import { theSection, theTask, theTaskId } from '../lookup.ts';
import { requireChange } from '../requireChange.ts';
import { readSpec, taskOptions } from './options.ts';

/** What of a task is changed, where an edit calls it otherwise. */
const CALLED: Readonly<Record<string, string>> = { sectionId: 'section', alsoAfter: 'after' };

export default command(
  (yargs) =>
    taskOptions(
      yargs.positional('id', {
        type: 'string',
        demandOption: true,
        describe: 'Its id, or the beginning of it',
      }),
    )
      .option('also-after', {
        type: 'string',
        array: true,
        requiresArg: true,
        describe: 'Tasks that have to land before it, besides those that it comes after already',
      })
      .option('title', { type: 'string', requiresArg: true, describe: 'A new title' })
      .epilogue('An empty --section "", --coder "" or --after "" takes the value away.'),
  async (args, context) => {
    const project = await context.project();
    const task = await theTask(project, args.id);
    const { section, after, coder } = args;
    const alsoAfter = args['also-after'];
    const idsOf = (prefixes: readonly string[]) =>
      Promise.all(prefixes.map((prefix) => theTaskId(project, prefix)));
    const edit = {
      ...(args.title === undefined ? {} : { title: args.title.trim() }),
      ...(args.spec === undefined ? {} : { spec: await readSpec(context, args.spec) }),
      ...(section === undefined
        ? {}
        : { sectionId: section === '' ? null : (await theSection(project, section)).id }),
      ...(args.priority === undefined ? {} : { priority: args.priority }),
      ...(args.paths === undefined ? {} : { paths: args.paths }),
      ...(coder === undefined ? {} : { coder: coder === '' ? null : coder }),
      ...(after === undefined ? {} : { after: await idsOf(after.filter((id) => id !== '')) }),
      ...(alsoAfter === undefined ? {} : { alsoAfter: await idsOf(alsoAfter) }),
    };
    requireChange(edit, `steroids tasks edit --help`);
    const { task: edited, effect } = await editTask(project, task, edit);
    const changed = [...new Set(Object.keys(edit).map((key) => CALLED[key] ?? key))];
    return {
      data: { ...taskDocument(edited), changed, effect },
      text: [
        `${edited.id}  ${edited.title}: ${changed.join(', ')} changed`,
        ...(effect ? [effect] : []),
      ].join('\n'),
    };
  },
);
