// The coder at its task: what it is told and may see, and who watches it.

import path from 'node:path';
import { transcriptOf } from '../coder/agents/read.ts';
import { code } from '../coder/code.ts';
import { prepareLaunch } from '../coder/launch.ts';
import { watchCoder } from '../coder/watch.ts';
import type { CoderConfig } from '../config/schema.ts';
import { makeFolder, writeFileAtomically } from '../disk/files.ts';
import { gitDirOf } from '../git/worktrees.ts';
import { getRunner } from '../store/runners.ts';
import type { BranchName } from '../task/ids.ts';
import type { Opened } from '../worktree/slot.ts';
import { leftFor } from './budget.ts';
import { answerFile, coderEnvironment } from './coderEnvironment.ts';
import { type CoderZone, readCoderZone } from './coderZone.ts';
import type { Work } from './coding.ts';
import { briefFile, composeBrief } from './composeBrief.ts';
import { containmentFor } from './containment.ts';
import { lookLocked } from './fileLocks.ts';
import { listenToSpool } from './listenToSpool.ts';
import { lookOutside } from './lookOutside.ts';
import { missingKey } from './missingKey.ts';
import type { SetUp } from './setUpBranch.ts';
import { rememberingStep } from './slotHolders.ts';
import { mustAdd } from './startOf.ts';
import { watchConflicts } from './watchConflicts.ts';
import { watchRefs } from './watchRefs.ts';
import type { SharedWatch } from './watchShared.ts';
import { watchWorktree } from './watchWorktree.ts';

/** A model that thinks says nothing for minutes. */
const AGENT_SILENCE_MS = 10 * 60_000;

export async function runCoder(
  work: Work,
  opened: Opened,
  coder: CoderConfig,
  shared: SharedWatch,
  log: string,
  setUp: SetUp,
) {
  const { runner, task, attempt, step } = work;
  const { project } = runner.session;
  const spool = path.join(project.folders.spool, `${task.id}-${attempt.number}`);
  await makeFolder(project.folders.spool);
  const own = await runner.session.author();
  const identity =
    coder.author ?? own ?? `steroids coder ${attempt.coder} <${attempt.coder}@steroids.localhost>`;
  if (coder.author === undefined && own === undefined) {
    const sentence = `git has no user.name and user.email here, so coder "${attempt.coder}" commits as ${identity}`;
    runner.session.report({ kind: 'noticed', sentence });
  }
  const missing = await missingKey(project.host, coder);
  if (missing) {
    const sentence = `coder "${attempt.coder}": ${missing.sentence}. ${missing.remedy}`;
    runner.session.report({ kind: 'noticed', sentence });
  }
  const gitDir = await gitDirOf(opened.git);
  const zone = await readCoderZone(project, work.gate, task);
  const brief = await briefFor(work, coder, opened, setUp, zone);
  const { command, agent, environment } = await prepareLaunch(
    coder,
    {
      worktree: opened.git.dir,
      gitFolders: [project.repository.commonDir, gitDir],
      home: path.join(runner.temp, `coder-${attempt.coder}`),
      self: project.host.self,
      readOnly: false,
    },
    { taskId: task.id, brief, answerFile: answerFile(work) },
  );
  const events = agent && { preset: agent, transcript: transcriptOf(log) };
  const who = `coder "${attempt.coder}"`;
  const refs = await watchRefs(runner.session, { id: task.id, who }, gitDir, spool);
  const named = coder.author !== undefined || own === undefined;
  const ours = { id: step.stepId, runnerId: runner.id };
  const watch = watchWorktree(opened.git, opened.head, [
    await lookOutside(runner.session, work.gate, task),
    await lookLocked(runner.session, work.gate, task, ours, opened.head),
  ]);
  const conflicts = watchConflicts(runner.session);
  const listener = listenToSpool(project, task.id, attempt.number, spool, () => refs.lookAtMain());
  try {
    return await code({
      repository: project.git,
      worktree: opened.git,
      branch: task.branch as BranchName,
      main: project.main,
      head: opened.head,
      layout: opened.layout,
      mustAdd: mustAdd(work.earlier, opened.head),
      title: task.title,
      coder: attempt.coder,
      command,
      agent: events,
      identity,
      brief,
      environment: {
        ...coderEnvironment(work, opened, spool, named ? identity : undefined, zone),
        ...environment,
      },
      log,
      answerFile: answerFile(work),
      timeLimit: coder.timeLimit,
      outputLimit: coder.outputLimit,
      watch: watchCoder({
        agent: events,
        log,
        worktree: opened.git.dir,
        silenceLimit: coder.silenceLimit ?? (agent ? AGENT_SILENCE_MS : null),
        repeatLimit: coder.repeatLimit,
        left: await leftFor(project.store.db, task.id, work.gate.config, project.host.now()),
        now: project.host.now,
      }),
      signal: work.signal,
      containment: await containmentFor(project, work.gate, {
        worktree: opened.git,
        temp: runner.temp,
        commits: { branch: task.branch as BranchName, spool },
      }),
      started: rememberingStep(project, step.stepId, runner.slot, log),
      isOurs: async () => {
        const now = await getRunner(project.store.db, runner.id);
        return now?.state === 'active' && now.process === JSON.stringify(project.host.identify());
      },
      ended: async () => {
        await watch.end();
        const told = await shared.look(who);
        await refs.end();
        return told;
      },
      noticed: (sentence) => runner.session.report({ kind: 'noticed', sentence }),
    });
  } finally {
    clearInterval(listener);
    await watch.end();
    await conflicts.end();
    refs.leave();
  }
}

async function briefFor(
  work: Work,
  coder: CoderConfig,
  opened: Opened,
  setUp: SetUp,
  zone: CoderZone,
): Promise<string> {
  const { task, attempt, earlier, gate, runner } = work;
  const { project } = runner.session;
  const setupFailure = setUp.kind === 'broken' ? setUp.reason : null;
  const { head, layout } = opened;
  const beginning = { task, attempt: attempt.number, earlier, coder, head, layout, setupFailure, zone };
  const brief = await composeBrief(project, gate, beginning);
  for (const { passage } of brief.cut)
    await writeFileAtomically(briefFile(project, task, attempt.number, passage.name), passage.text);
  return brief.text;
}
