// Who holds something and is not there any more: runners, leases, claims, steps.

import { isAlive, type ProcessIdentity } from '../../process/identity.ts';
import { applyEvent } from '../../store/apply.ts';
import { listStrayClaims } from '../../store/claims.ts';
import { dropStray, listStrayFiles } from '../../store/fileLocks.ts';
import { listLeases } from '../../store/leases.ts';
import { describeHolder } from '../../store/runners.ts';
import { closeStep, listOpenSteps, listStranded } from '../../store/steps.ts';
import { NO_LIMITS } from '../../task/attempt.ts';
import { leaseMs } from '../gate.ts';
import { findDeadRunners, reapRunner } from '../recovery.ts';
import { releaseAbandoned } from '../takeOver.ts';
import { type Looking, type Trouble, trouble } from './finding.ts';

export async function deadRunners({ project }: Looking): Promise<Trouble[]> {
  const { db } = project.store;
  const found: Trouble[] = [];
  for (const runner of await findDeadRunners(project)) {
    const tasks = (await listOpenSteps(db, { runnerId: runner.id })).map((step) => step.taskId);
    const { pid } = JSON.parse(runner.process) as ProcessIdentity;
    const back = tasks.length === 0 ? '' : `task ${tasks.join(', ')} goes back and uses up no attempt, `;
    found.push(
      trouble(
        'dead-runner',
        `runner-${runner.number} (${runner.id}) is gone: its process ${pid} has ended or lost its lease`,
        {
          action: `${back}what it started is ended, its worktree is free`,
          repair: () => reapRunner(project, runner),
        },
      ),
    );
  }
  return found;
}

/** Steps of runners that have stopped, and tasks under way that nobody codes: an older copy of the store may have both. */
export async function strandedSteps({ project }: Looking): Promise<Trouble[]> {
  const { store } = project;
  return (await listStranded(store.db)).map((stranded) => {
    const coded = stranded.kind === 'code';
    return trouble(
      'stranded-step',
      `task ${stranded.taskId} “${stranded.title}” is ${coded ? 'in progress' : 'being reviewed'}, and its runner has stopped`,
      {
        action: coded ? 'it goes back and uses up no attempt' : 'it waits for another review',
        repair: () =>
          store.write(async (trx) => {
            const still = (await listStranded(trx)).find(
              (one) => one.taskId === stranded.taskId && one.stepId === stranded.stepId,
            );
            if (!still) return false;
            if (still.kind === 'review' && still.stepId !== null)
              return await closeStep(store, trx, still.stepId, 'abandoned', 'its runner is gone');
            const event = { kind: 'interrupted', reason: 'nobody codes it any more' } as const;
            const step = still.stepId === null ? {} : { stepId: still.stepId };
            const applied = await applyEvent(store, trx, still.taskId, event, { limits: NO_LIMITS, ...step });
            return applied.kind === 'applied';
          }),
      },
    );
  });
}

export async function deadLeases({ project }: Looking): Promise<Trouble[]> {
  const found: Trouble[] = [];
  for (const lease of await listLeases(project.store.db)) {
    const owner = JSON.parse(lease.owner) as ProcessIdentity;
    if (isAlive(owner) !== 'dead') continue;
    found.push(
      trouble('dead-lease', `the lease “${lease.name}” is held by process ${owner.pid}, which has ended`, {
        action: 'it is free',
        repair: async () => releaseAbandoned(project, lease.name, await leaseMs(project)),
      }),
    );
  }
  return found;
}

export async function strayClaims({ project }: Looking): Promise<Trouble[]> {
  const { store } = project;
  const found: Trouble[] = [];
  for (const claim of [...(await listStrayClaims(store.db)), ...(await listStrayFiles(store.db))]) {
    const who = await describeHolder(store.db, claim.holder);
    found.push(
      trouble(
        'stray-claim',
        `${claim.resource} is claimed (${claim.mode}) by ${who}, which is not under way`,
        {
          action: 'the claim is given back',
          repair: () => store.write((trx) => dropStray(trx, claim)),
        },
      ),
    );
  }
  return found;
}
