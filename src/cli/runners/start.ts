import path from 'node:path';
import { makeFolder } from '../../disk/files.ts';
import { readGate } from '../../orchestrator/gate.ts';
import type { Project } from '../../orchestrator/project.ts';
import { theZone } from '../../orchestrator/zones.ts';
import { startDetached } from '../../process/detach.ts';
import { getRunner } from '../../store/runners.ts';
import { Problem } from '../../task/problem.ts';
import { type Answer, type Context, command } from '../command.ts';
import { conduct } from '../conduct.ts';
import { runnerDocument } from '../documents.ts';
import { EXIT } from '../exit.ts';
import { theSection } from '../lookup.ts';

export default command(
  (yargs) =>
    yargs
      .option('section', { type: 'string', requiresArg: true, describe: 'Only tasks of this section' })
      .option('zone', {
        type: 'string',
        requiresArg: true,
        describe: 'Has this zone, and takes only its tasks',
      })
      .option('coder', { type: 'string', requiresArg: true, describe: 'For tasks that name no coder' })
      .option('once', { type: 'boolean', default: false, describe: 'One task, then end' })
      .option('detach', {
        type: 'boolean',
        default: false,
        describe: 'In the background; says when it is up',
      }),
  async (args, context) => {
    const project = await context.project();
    const gate = await readGate(project);
    const section = args.section === undefined ? null : await theSection(project, args.section);
    const zone = args.zone === undefined ? null : await theZone(project.store.db, gate, args.zone);
    if (args.detach) return await detach(context, project);
    const { interrupts, runners } = await conduct(
      context,
      project,
      gate,
      {
        runners: 1,
        sectionId: section?.id ?? null,
        zone,
        options: { sectionIds: [], zones: [], coder: args.coder ?? null, until: args.once ? 'task' : 'told' },
      },
      ([runner]) => context.tellParent({ id: runner?.id }),
    );
    const [first] = runners;
    const runner = first && (await getRunner(project.store.db, first.id));
    return {
      data: runner && runnerDocument(runner, null),
      text: `runner-${runner?.number} (${runner?.id}) ended`,
      exitCode: interrupts > 1 ? EXIT.interrupted : EXIT.done,
    };
  },
);

/** Starts the same command without `--detach`, and waits until it is registered or has refused. */
async function detach(context: Context, project: Project): Promise<Answer> {
  const words = context.words.filter((word) => !/^--detach(=|$)/.test(word) && word !== '--json');
  await makeFolder(project.folders.logs);
  const log = path.join(project.folders.logs, 'detached.log');
  const started = await startDetached([...context.host.self, ...words, '--json'], {
    cwd: context.host.cwd,
    environment: context.host.environment as Record<string, string>,
    log,
  });
  if (started.kind === 'ended') throw refusalOf(started.stdout, started.code, log);
  const runner = await getRunner(project.store.db, String((started.said as { id: string }).id));
  if (!runner) throw new TypeError('a runner came up and is not in the store');
  const where = runner.section
    ? ` in section “${runner.section.name}”`
    : runner.zone
      ? ` in zone “${runner.zone}”`
      : '';
  return {
    data: runnerDocument(runner, null),
    text: `runner-${runner.number} (${runner.id}) works in the background${where}. Stop it: steroids runners stop ${runner.id}`,
  };
}

/** It has said why in its one document. */
function refusalOf(stdout: string, code: number | undefined, log: string): Error {
  try {
    const { error } = JSON.parse(stdout.trim());
    return new Problem(error.kind, error.code, error.message, error.hint);
  } catch {
    return new Problem(
      'environment',
      'not-started',
      `the runner ended with code ${code} before it was up; see ${log}`,
    );
  }
}
