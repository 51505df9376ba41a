import { listRunners } from '../../store/runners.ts';
import { listOpenSteps } from '../../store/steps.ts';
import { command } from '../command.ts';
import { runnerDocument } from '../documents.ts';
import { table } from '../table.ts';
import { duration } from '../words.ts';

export default command(
  (yargs) =>
    yargs.option('all', { type: 'boolean', default: false, describe: 'Also those that have stopped' }),
  async (args, context) => {
    const project = await context.project();
    const { db } = project.store;
    const runners = await listRunners(db, args.all);
    const steps = await listOpenSteps(db);
    const documents = runners.map((runner) => {
      const step = steps.find((one) => one.runnerId === runner.id);
      return runnerDocument(
        runner,
        step ? { task: step.taskId, step: step.kind, attempt: step.attempt } : null,
      );
    });
    const { style, terminal, host } = context;
    const rows = documents.map((runner, index) => [
      runner.id,
      `runner-${runner.number}`,
      runner.state,
      runner.task === null ? '' : `${runner.step === 'code' ? 'codes' : 'reviews'} ${runner.task}`,
      [runner.section, runner.zone && `zone ${runner.zone}`].filter(Boolean).join(', '),
      String(runner.pid),
      duration((runners[index]?.endedAt ?? host.now()) - (runners[index]?.startedAt ?? 0)),
    ]);
    const columns = ['ID', 'RUNNER', 'STATE', 'DOES', 'SECTION', 'PID', 'FOR'].map((name) => ({ name }));
    const text =
      runners.length === 0
        ? 'No runners. steroids run, or: steroids runners start --detach'
        : table(columns, rows, terminal.columns, (line) => style.dim(line));
    return { data: documents, text };
  },
);
