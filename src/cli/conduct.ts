// Runners in this process, from their registration to their end, with everything that a person sees of it.

import { type Gate, uncommittedConfig } from '../orchestrator/gate.ts';
import { resumeQueue } from '../orchestrator/pause.ts';
import type { Project } from '../orchestrator/project.ts';
import { type RunPlan, registerRunners, runSession } from '../orchestrator/run.ts';
import { openSession, type SessionControl } from '../orchestrator/session.ts';
import { structureNotice } from '../orchestrator/zones.ts';
import type { Runner } from '../store/runners.ts';
import { Problem } from '../task/problem.ts';
import type { Context } from './command.ts';
import { recoverFirst } from './recovering.ts';
import { openReporter, type Reporter } from './reporter.ts';

const MAX_RUNNERS = 100;

/** @returns the runners, which have ended, and how often the person pressed Ctrl-C */
export async function conduct(
  context: Context,
  project: Project,
  gate: Gate,
  plan: RunPlan,
  ready: (runners: readonly Runner[]) => void = () => {},
): Promise<{ readonly runners: readonly Runner[]; readonly interrupts: number }> {
  checkCount(plan.runners);
  if (await uncommittedConfig(project, gate)) {
    context.narrate(
      `steroids: .steroids/config.yaml here differs from the one on ${project.main}, which is in force. Commit it there to change that.`,
    );
  }
  const notice = structureNotice(gate);
  if (notice !== undefined) context.narrate(`steroids: ${notice}`);
  await recoverFirst(context, project);
  await resumeQueue(project);
  const runners = await registerRunners(project, gate, plan);
  ready(runners);
  const reporter = await openReporter(context, runners);
  try {
    const control = await openSession(project, gate, reporter.report);
    const interrupts = countInterrupts(context, control, reporter);
    await runSession(control.session, runners, plan.options);
    return { runners, interrupts: interrupts() };
  } finally {
    reporter.close();
  }
}

function checkCount(runners: number): void {
  if (Number.isInteger(runners) && runners >= 1 && runners <= MAX_RUNNERS) return;
  throw new Problem(
    'user',
    'wrong-number',
    `--runners takes a whole number from 1 to ${MAX_RUNNERS}, not ${runners}`,
  );
}

/** The first Ctrl-C lets what is under way finish, the second ends it. */
export function countInterrupts(context: Context, control: SessionControl, reporter: Reporter): () => number {
  let interrupts = 0;
  context.onInterrupt((number) => {
    interrupts = number;
    if (number === 1) {
      reporter.say(
        'Stopping: what is under way may finish, nothing new begins. Press Ctrl-C again to end it now.',
      );
      control.drain();
    } else if (number === 2) {
      reporter.say('Ending what is under way. Nothing is lost: tasks go back, and use up no attempt.');
      control.stopNow();
    }
  });
  return () => interrupts;
}
