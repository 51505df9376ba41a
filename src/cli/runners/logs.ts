import { readSaid } from '../../coder/agents/read.ts';
import { openTranscript } from '../../coder/agents/transcript.ts';
import { readEnd, sizeNow } from '../../disk/files.ts';
import { followFiles } from '../../disk/follow.ts';
import type { Project } from '../../orchestrator/project.ts';
import type { Speaker } from '../../orchestrator/reviewerKinds.ts';
import { type StepFiles, stepFiles } from '../../orchestrator/stepFiles.ts';
import { redactor } from '../../process/redact.ts';
import { getRunner, type Runner } from '../../store/runners.ts';
import { type Context, command } from '../command.ts';
import { theRunner } from '../lookup.ts';
import { saidLines } from '../saidText.ts';
import { size } from '../words.ts';

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
    const own = redact(runner.log ? await readPrinted(runner.log) : '');
    const steps = await Promise.all(
      (await stepFiles(project, runner.id)).map(async (files) => ({
        ...files,
        said: redact(await readStep(files)),
      })),
    );
    const parts = steps
      .filter(({ said }) => said !== '')
      .map(({ who, log, said }) => `\n${context.style.dim(`── ${who}: ${log}`)}\n${said}`);
    return {
      data: {
        id: runner.id,
        number: runner.number,
        log: own,
        steps: steps.map(({ from, who, log, said }) => ({ from, who, file: log, log: said })),
      },
      text: own + parts.join(''),
    };
  },
);

/** What it printed, and what an agent said, for people. */
async function readStep({ log, transcript }: StepFiles): Promise<string> {
  const printed = await readPrinted(log);
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

/** Bytes of one log that are shown: a text of all that a program may print is longer than any that there can be. */
const SHOWN = 10_000_000;

async function readPrinted(log: string): Promise<string> {
  const left = (await sizeNow(log)) - SHOWN;
  const note = left > 0 ? `[The first ${size(left)} are left out: ${log}]\n` : '';
  return note + (await readEnd(log, SHOWN));
}

/** @returns the lines that come with each piece of an agent's events */
function reader(agent: Speaker): (text: string) => readonly string[] {
  const transcript = openTranscript();
  return (text) =>
    transcript
      .feed(Buffer.from(text))
      .flatMap((event) => agent.read(event))
      .flatMap(saidLines);
}

const plainLines = (text: string) => text.split('\n');

/** Of lines. */
interface Source {
  readonly from: 'runner' | StepFiles['from'];
  readonly who: string | null;
  readonly read: (text: string) => readonly string[];
}

async function follow(context: Context, project: Project, runner: Runner): Promise<void> {
  let stopped = false;
  context.onInterrupt(() => {
    stopped = true;
  });
  const redact = redactor(context.host.environment);
  const known = new Map<string, Source>();
  const following = followFiles((file, text) => {
    const { from, who, read } = known.get(file) ?? { from: 'runner', who: null, read: plainLines };
    // Several reviewers speak at once.
    const named = from === 'reviewer' ? `${context.style.dim(`${who} │`)} ` : '';
    for (const line of read(text).filter(Boolean).map(redact))
      context.emit({ from, who, file, line }, from === 'runner' ? context.style.bold(line) : named + line);
  });
  const add = (file: string, source: Source) => {
    if (!known.has(file)) known.set(file, source);
    following.add(file);
  };
  try {
    if (runner.log) add(runner.log, { from: 'runner', who: null, read: plainLines });
    while (!stopped) {
      for (const { from, who, log, transcript } of await stepFiles(project, runner.id)) {
        add(log, { from, who, read: plainLines });
        if (transcript) add(transcript.file, { from, who, read: reader(transcript.agent) });
      }
      const current = await getRunner(project.store.db, runner.id);
      if (!current || current.state === 'stopped') return;
      await context.host.sleep(LOOK_MS);
    }
  } finally {
    await following.close();
  }
}
