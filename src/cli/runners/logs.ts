import type { Agent } from '../../coder/agents/agent.ts';
import { readSaid } from '../../coder/agents/read.ts';
import { openTranscript } from '../../coder/agents/transcript.ts';
import { readFileIfThere } from '../../disk/files.ts';
import { followFiles } from '../../disk/follow.ts';
import type { Project } from '../../orchestrator/project.ts';
import { type StepFiles, stepFiles } from '../../orchestrator/stepFiles.ts';
import { redactor } from '../../process/redact.ts';
import { getRunner, type Runner } from '../../store/runners.ts';
import { type Context, command } from '../command.ts';
import { theRunner } from '../lookup.ts';
import { saidLines } from '../saidText.ts';

const LOOK_MS = 250;

export default command(
  (yargs) =>
    yargs
      .positional('id', { type: 'string', demandOption: true, describe: 'Its id, number or runner-N' })
      .option('follow', {
        type: 'boolean',
        default: false,
        alias: 'f',
        describe: 'Go on until it ends or Ctrl-C; with --json, one document a line',
      }),
  async (args, context) => {
    const project = await context.project();
    const runner = await theRunner(project, args.id);
    if (args.follow) {
      await follow(context, project, runner);
      return { data: undefined, text: '' };
    }
    const redact = redactor(context.host.environment);
    const own = redact((runner.log && (await readFileIfThere(runner.log))) ?? '');
    const files = await stepFiles(project, runner.id);
    const coder = files === undefined ? '' : redact(await readStep(files));
    return {
      data: {
        id: runner.id,
        number: runner.number,
        log: own,
        step: files === undefined ? null : { file: files.log, log: coder },
      },
      text: coder === '' ? own : `${own}\n${context.style.dim(`── ${files?.log}`)}\n${coder}`,
    };
  },
);

/** What it printed, and what an agent said, for people. */
async function readStep({ log, transcript }: StepFiles): Promise<string> {
  const printed = (await readFileIfThere(log)) ?? '';
  if (transcript === null) return printed;
  const said = await readSaid(transcript.agent, transcript.file);
  return (
    printed +
    said
      .flatMap(saidLines)
      .map((line) => `${line}\n`)
      .join('')
  );
}

/** @returns the lines that come with each piece of an agent's events */
function reader(agent: Agent): (text: string) => readonly string[] {
  const transcript = openTranscript();
  return (text) =>
    transcript
      .feed(Buffer.from(text))
      .flatMap((event) => agent.read(event))
      .flatMap(saidLines);
}

async function follow(context: Context, project: Project, runner: Runner): Promise<void> {
  let stopped = false;
  context.onInterrupt(() => {
    stopped = true;
  });
  const redact = redactor(context.host.environment);
  const agents = new Map<string, (text: string) => readonly string[]>();
  const following = followFiles((file, text) => {
    const from = file === runner.log ? 'runner' : 'coder';
    const lines = agents.get(file)?.(text) ?? text.split('\n');
    for (const line of lines.filter(Boolean).map(redact)) {
      context.emit({ from, file, line }, from === 'runner' ? context.style.bold(line) : line);
    }
  });
  try {
    if (runner.log) following.add(runner.log);
    while (!stopped) {
      const files = await stepFiles(project, runner.id);
      if (files !== undefined) following.add(files.log);
      if (files?.transcript) {
        const { file, agent } = files.transcript;
        if (!agents.has(file)) agents.set(file, reader(agent));
        following.add(file);
      }
      const current = await getRunner(project.store.db, runner.id);
      if (!current || current.state === 'stopped') return;
      await context.host.sleep(LOOK_MS);
    }
  } finally {
    await following.close();
  }
}
