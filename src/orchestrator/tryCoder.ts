// Trying a coder before a task is given to it: in a repository of its own, with a task that takes a moment.

import path from 'node:path';
import { judgeRun } from '../coder/agents/judge.ts';
import { whatToDo } from '../coder/agents/login.ts';
import { readRun } from '../coder/agents/read.ts';
import { prepareLaunch } from '../coder/launch.ts';
import type { CoderConfig } from '../config/schema.ts';
import { exists, makeFolder, readEnd, removeOwn } from '../disk/files.ts';
import { makeTemporaryFolder } from '../disk/temp.ts';
import { addWorktree, removeWorktree } from '../git/worktrees.ts';
import { cleanEnvironment } from '../process/environment.ts';
import { ownMark } from '../process/marked.ts';
import { redactor } from '../process/redact.ts';
import { commandText, describeWorked, work } from '../process/work.ts';
import { releaseAgent } from '../store/holds.ts';
import { unsandboxed } from './containment.ts';
import type { Gate } from './gate.ts';
import type { Project } from './project.ts';

const FILE = 'hello.txt';

const BRIEF = `# Say hello

This is a trial. Write the one word hello into the file ${FILE} in this folder, and nothing else. Do not commit.
Exit with 0 when that is done.
`;

export interface Tried {
  readonly ok: boolean;
  /** What came of it, in a sentence. */
  readonly sentence: string;
  /** The end of what it printed; empty when it went well. */
  readonly log: string;
  readonly ms: number;
}

/** @param name of a coder in the configuration, which `checkCoder` has found */
export async function tryCoder(
  project: Project,
  gate: Gate,
  name: string,
  signal: AbortSignal,
): Promise<Tried> {
  const coder = gate.config.coders[name];
  if (!coder) throw new TypeError(`coder ${name} is not in the configuration`);
  const temp = makeTemporaryFolder('steroids-trial');
  const folder = path.join(temp.path, 'project');
  try {
    await openFolder(project, gate, coder, folder);
    const answerFile = path.join(temp.path, 'answer.json');
    const launched = await prepareLaunch(
      coder,
      {
        worktree: folder,
        gitFolders: [path.join(folder, '.git')],
        home: path.join(temp.path, 'home'),
        self: project.host.self,
        readOnly: false,
      },
      { taskId: 'trial', brief: BRIEF, answerFile },
    );
    const { agent } = launched;
    const log = path.join(temp.path, 'trial.log');
    const transcript = path.join(temp.path, 'trial.jsonl');
    const begun = project.host.elapsed();
    const worked = await work(launched.command, {
      cwd: folder,
      environment: {
        ...cleanEnvironment(project.host.environment),
        ...ownMark(),
        TMPDIR: temp.path,
        STEROIDS_TASK_ID: 'trial',
        STEROIDS_TASK_TITLE: 'Say hello',
        STEROIDS_ATTEMPT: '1',
        STEROIDS_WORKTREE: folder,
        STEROIDS_ANSWER: answerFile,
        ...launched.environment,
      },
      input: BRIEF,
      log,
      logLimit: coder.outputLimit,
      ...(agent ? { output: { file: transcript, limit: coder.outputLimit } } : {}),
      timeLimit: coder.timeLimit,
      signal,
      containment: await unsandboxed(project, gate),
    });
    const ms = project.host.elapsed() - begun;
    const said = agent ? judgeRun(await readRun(agent, transcript, log), worked) : undefined;
    const ended = said ? said.kind === 'done' : worked.kind === 'exited' && worked.code === 0;
    const wrote = await exists(path.join(folder, FILE));
    const who = agent?.title ?? commandText(launched.command);
    const redact = redactor(project.host.environment);
    const tail = { log: redact(await readEnd(log, 2_000)), ms };
    if (!ended) {
      const reason = redact(said && said.kind !== 'done' ? said.reason : describeWorked(worked));
      const remedy = agent && said?.kind === 'limited' && whatToDo(agent, said.limit);
      return { ok: false, sentence: `${who} ${reason}${remedy ? `. ${remedy}` : ''}`, ...tail };
    }
    if (agent && !wrote)
      return {
        ok: false,
        sentence: `${who} ended well, and did not write the file that it was asked for`,
        ...tail,
      };
    if (agent) await project.store.write((trx) => releaseAgent(trx, agent.name));
    const what = wrote
      ? 'wrote the file that it was asked for'
      : 'ended well, and did not take the trial for a task';
    return { ok: true, sentence: `${who} ${what}`, log: '', ms };
  } finally {
    temp.remove();
    // Git forgets a worktree whose folder is gone, whatever was left in it.
    if (coder.command !== undefined)
      await removeWorktree(project.ownWorktrees, folder).catch(() => undefined);
  }
}

/** Paths in a command are those of a worktree, which is a checkout of main; an agent is not to look around in that. */
async function openFolder(project: Project, gate: Gate, coder: CoderConfig, folder: string): Promise<void> {
  if (coder.command === undefined) {
    await makeFolder(folder);
    await project.git.at(folder).read(['init', '--quiet']);
    return;
  }
  await addWorktree(project.ownWorktrees, folder, gate.main);
  await removeOwn(path.join(folder, FILE));
}
