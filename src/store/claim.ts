// Claiming: which task a runner may take now, decided and written in one transaction behind the gate.

import { sql } from 'kysely';
import type { Limits } from '../task/attempt.ts';
import { type Sha, type TaskId, taskBranch } from '../task/ids.ts';
import { applyEvent } from './apply.ts';
import {
  giveBack,
  PROJECT,
  passGate,
  runnerHolder,
  sectionResource,
  takeClaim,
  taskHolder,
  taskOfHolder,
} from './claims.ts';
import type { Store, Trx } from './open.ts';
import type { Schema } from './schema.ts';
import { openStep, type StepKind } from './steps.ts';

export interface Claimant {
  readonly id: string;
  readonly number: number;
  readonly sectionId: string | null;
  /** With `steroids run --section`: only these; empty for all. */
  readonly sectionIds: readonly string[];
  /** For tasks that name no coder. */
  readonly coder: string;
}

export interface Claiming {
  readonly claimant: Claimant;
  /** Today's main: where a task without work begins. */
  readonly main: Sha;
  readonly limits: Limits;
  /** Whether reviews are done by agents, so that a runner may take one over. */
  readonly reviews: boolean;
  /** How long a waiting exclusive task keeps others from starting, unless its runner asks again. */
  readonly intentMs: number;
}

export interface Claimed {
  readonly taskId: TaskId;
  readonly stepId: number;
  readonly kind: StepKind;
}

/** @returns the step that is now the claimant's, or undefined when there is nothing that it may do */
export async function claim(store: Store, trx: Trx, claiming: Claiming): Promise<Claimed | undefined> {
  await passGate(trx);
  return (
    (claiming.reviews && (await claimReview(store, trx, claiming))) || (await claimTask(store, trx, claiming))
  );
}

/** A task in review that nobody reviews: its runner died, or the reviewer could not be asked. */
async function claimReview(store: Store, trx: Trx, claiming: Claiming): Promise<Claimed | undefined> {
  const { claimant } = claiming;
  const found = await trx
    .selectFrom('tasks as t')
    .innerJoin('attempts as a', (join) =>
      join.onRef('a.task_id', '=', 't.id').onRef('a.number', '=', 't.current_attempt'),
    )
    .select(['t.id', 't.current_attempt', 'a.head_commit'])
    .where('t.status', '=', 'review')
    .where((or) => or.or([or('t.not_before', 'is', null), or('t.not_before', '<=', store.now())]))
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('steps')
            .select('steps.id')
            .whereRef('steps.task_id', '=', 't.id')
            .where('steps.outcome', 'is', null),
        ),
      ),
    )
    .$if(claimant.sectionId !== null, (query) => query.where('t.section_id', '=', claimant.sectionId))
    .$if(claimant.sectionIds.length > 0, (query) =>
      query.where('t.section_id', 'in', [...claimant.sectionIds]),
    )
    .orderBy('t.priority', 'desc')
    .orderBy('t.seq')
    .limit(1)
    .executeTakeFirst();
  if (!found) return undefined;
  return beginReview(store, trx, {
    taskId: found.id as TaskId,
    attempt: found.current_attempt,
    head: found.head_commit,
    runnerId: claimant.id,
  });
}

export async function beginReview(
  store: Store,
  trx: Trx,
  review: {
    readonly taskId: TaskId;
    readonly attempt: number;
    readonly head: string;
    readonly runnerId: string;
  },
): Promise<Claimed> {
  const stepId = await openStep(store, trx, {
    taskId: review.taskId,
    kind: 'review',
    attempt: review.attempt,
    input: review.head,
    runnerId: review.runnerId,
  });
  return { taskId: review.taskId, stepId, kind: 'review' };
}

type ProjectClaim = Pick<Schema['claims'], 'mode' | 'holder' | 'expires_at'>;

interface Candidate {
  readonly id: string;
  readonly section_id: string | null;
  readonly exclusive: number | null;
  readonly coder: string | null;
}

async function claimTask(store: Store, trx: Trx, claiming: Claiming): Promise<Claimed | undefined> {
  const { claimant } = claiming;
  const project = await claimsOnProject(trx);
  if (project.some((row) => row.mode === 'exclusive')) return undefined;
  const occupied = project.some((row) => row.mode === 'shared');
  // An exclusive task cannot begin before a person has spoken; it does not hold up the others for so long.
  const passBy = occupied && !claiming.reviews && (await anyWaitsForPerson(trx));
  const waiting = passBy
    ? undefined
    : project.find((row) => row.mode === 'intent' && (row.expires_at ?? 0) > store.now());
  const candidate = await nextCandidate(store, trx, claimant, {
    exclusive: !passBy,
    // Who waits to be alone is next, whatever came before it meanwhile.
    only: waiting && taskOfHolder(waiting.holder),
  });
  if (!candidate) return undefined;
  const exclusive = candidate.exclusive === 1;
  if (exclusive && occupied) {
    // What runs may finish; nothing new starts before this one.
    const expiresAt = store.now() + claiming.intentMs;
    await takeClaim(store, trx, {
      resource: PROJECT,
      mode: 'intent',
      holder: taskHolder(candidate.id),
      expiresAt,
    });
    return undefined;
  }
  return take(store, trx, claiming, candidate, exclusive);
}

// Where many tasks wait for their review, fetching all who share it costs: for 200, 0.09 ms a claim against 0.02.
/** Who has the project for itself or waits to, and one of those who share it. */
async function claimsOnProject(trx: Trx): Promise<ProjectClaim[]> {
  const result = await sql<ProjectClaim>`
    select mode, holder, expires_at from claims where resource = ${PROJECT} and mode <> 'shared'
    union all
    select * from (
      select mode, holder, expires_at from claims where resource = ${PROJECT} and mode = 'shared' limit 1) as one`.execute(
    trx,
  );
  return result.rows;
}

/** Whether a task that is under way has been submitted and waits for a person's review. */
async function anyWaitsForPerson(trx: Trx): Promise<boolean> {
  const result = await sql`
    select 1 from claims c join tasks t on c.holder = 'task:' || t.id
    where c.resource = ${PROJECT} and c.mode = 'shared' and t.status = 'review' limit 1`.execute(trx);
  return result.rows.length > 0;
}

/**
 * The first pending task, in order, that nothing but an exclusive section could keep from starting. A section whose
 * runners are all at work is passed over, so that it does not hold up the others.
 */
async function nextCandidate(
  store: Store,
  trx: Trx,
  claimant: Claimant,
  among: { readonly exclusive: boolean; readonly only: string | undefined },
): Promise<Candidate | undefined> {
  const scope =
    claimant.sectionId !== null
      ? sql`and t.section_id = ${claimant.sectionId}`
      : claimant.sectionIds.length > 0
        ? sql`and t.section_id in (${sql.join(claimant.sectionIds)})`
        : sql``;
  const result = await sql<Candidate>`
    select t.id, t.section_id, s.exclusive, t.coder
    from tasks t left join sections s on s.id = t.section_id
    where t.status = 'pending' ${scope}
      ${among.only === undefined ? sql`` : sql`and t.id = ${among.only}`}
      ${among.exclusive ? sql`` : sql`and coalesce(s.exclusive, 0) = 0`}
      and (t.not_before is null or t.not_before <= ${store.now()})
      and (s.id is null or (s.skipped = 0 and (
        exists (select 1 from claims c where c.resource = 'section:' || s.id and c.holder = ${runnerHolder(claimant.id)})
        or (select count(*) from claims c where c.resource = 'section:' || s.id) < s.max_runners)))
      and not exists (
        select 1 from task_dependencies d join tasks b on b.id = d.after_id
        where d.task_id = t.id and b.status <> 'completed')
    order by t.priority desc, t.seq
    limit 1`.execute(trx);
  return result.rows[0];
}

async function take(
  store: Store,
  trx: Trx,
  claiming: Claiming,
  candidate: Candidate,
  exclusive: boolean,
): Promise<Claimed | undefined> {
  const { claimant } = claiming;
  const taskId = candidate.id as TaskId;
  const holder = taskHolder(taskId);
  await giveBack(trx, holder);
  await takeClaim(store, trx, { resource: PROJECT, mode: exclusive ? 'exclusive' : 'shared', holder });
  if (candidate.section_id !== null && claimant.sectionId === null) {
    await takeClaim(store, trx, { resource: sectionResource(candidate.section_id), mode: 'shared', holder });
  }
  const applied = await applyEvent(
    store,
    trx,
    taskId,
    {
      kind: 'claimed',
      runnerNumber: claimant.number,
      branch: taskBranch(claimant.number, taskId),
      coder: candidate.coder ?? claimant.coder,
      main: claiming.main,
    },
    { limits: claiming.limits, runnerId: claimant.id },
  );
  if (applied.kind !== 'applied') throw new TypeError(`task ${taskId} is pending and cannot be claimed`);
  const attempt = await trx
    .selectFrom('attempts')
    .select(['number', 'head_commit'])
    .where('task_id', '=', taskId)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow();
  const stepId = await openStep(store, trx, {
    taskId,
    kind: 'code',
    attempt: attempt.number,
    input: attempt.head_commit,
    runnerId: claimant.id,
  });
  return { taskId, stepId, kind: 'code' };
}
