// `steroids recover`, and the beginning of every start: what crashes, people and older copies of the store left behind is
// found by asking git, the system and the store, and put right. Safe beside living runners and a living lander, and
// may itself be killed at any point.

import { sentenceOf } from '../../task/problem.ts';
import { worktreesRoot } from '../../worktree/layout.ts';
import type { Report } from '../facts.ts';
import { readGate } from '../gate.ts';
import { type Project, readMain } from '../project.ts';
import { missingBranches, unknownBranches } from './branches.ts';
import type { Check, Finding, Looking } from './finding.ts';
import { deadLeases, deadRunners, strandedSteps, strayClaims } from './holders.ts';
import { landedUnknown, unlanded } from './landed.ts';
import { killedGits, leftLocks } from './locks.ts';
import { interruptedQueue, leftCandidates } from './queue.ts';
import { brokenSlots } from './slots.ts';
import { halfTaken, leftByPersons } from './taken.ts';

export interface Recovered extends Finding {
  /**
   * - `done`: it was put right · `shown`: it was only looked at, or nothing has to be done · `failed`: it could not be put right
   * - `person`: only a person can do something about it
   */
  readonly outcome: 'done' | 'shown' | 'failed' | 'person';
  /** Why it could not be put right. */
  readonly failure: string | null;
}

/** In this order: what holds something comes before what is held. */
const CHECKS: Readonly<Record<string, Check>> = {
  commands: killedGits,
  runners: deadRunners,
  steps: strandedSteps,
  leases: deadLeases,
  claims: strayClaims,
  locks: leftLocks,
  worktrees: brokenSlots,
  takeovers: halfTaken,
  'worktrees of persons': leftByPersons,
  queue: interruptedQueue,
  landings: landedUnknown,
  main: unlanded,
  branches: missingBranches,
  strangers: unknownBranches,
  candidates: leftCandidates,
};

/**
 * @param options `dryRun`: nothing is changed
 * @throws Problem `main-missing`
 */
export async function recover(
  project: Project,
  options: { readonly dryRun: boolean; readonly report?: Report },
): Promise<Recovered[]> {
  const gate = await readGate(project).catch(() => undefined);
  const looking: Looking = {
    project,
    main: await readMain(project),
    root: worktreesRoot(project.repository.home, gate?.config.worktrees.root),
    alone: gate !== undefined && gate.config.merge.remote === undefined,
    report: options.report ?? (() => {}),
  };
  const recovered: Recovered[] = [];
  for (const [name, check] of Object.entries(CHECKS)) {
    recovered.push(...(await carryOut(name, check, looking, options.dryRun)));
  }
  return recovered;
}

/** One check that fails keeps none of the others from looking. */
async function carryOut(name: string, check: Check, looking: Looking, dryRun: boolean): Promise<Recovered[]> {
  const recovered: Recovered[] = [];
  try {
    for (const { repair, ...finding } of await check(looking)) {
      const { remedy } = finding;
      if (repair === null && remedy !== null)
        recovered.push({ ...finding, outcome: 'person', failure: null });
      else if (repair === null || dryRun) recovered.push({ ...finding, outcome: 'shown', failure: null });
      else {
        const failure = await repair().then(
          (mended) => (mended ? null : undefined),
          (error: unknown) => sentenceOf(error),
        );
        // Undefined: somebody else was faster.
        if (failure === null) recovered.push({ ...finding, outcome: 'done', failure });
        else if (failure !== undefined) recovered.push({ ...finding, outcome: 'failed', failure });
      }
    }
  } catch (error) {
    recovered.push({
      code: 'check-failed',
      found: `the ${name} could not be looked at`,
      action: null,
      remedy: null,
      outcome: 'failed',
      failure: sentenceOf(error),
    });
  }
  return recovered;
}
