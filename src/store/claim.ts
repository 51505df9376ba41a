// Claiming: which task a runner may take now, decided and written in one transaction.

import type { Limits } from '../task/attempt.ts';
import { type Sha, type TaskId, taskBranch } from '../task/ids.ts';
import { type Holding, holdingsOf, leastHeld, type Pressure, type Scheduled } from '../task/schedule.ts';
import { isOfZones, zoneRefusals } from '../task/start.ts';
import type { Zone } from '../task/zone.ts';
import { applyEvent } from './apply.ts';
import {
  type Among,
  type CandidateRow,
  type Claimant,
  listCandidates,
  overtaken,
  sectionsOf,
  within,
} from './candidates.ts';
import { PROJECT, runnerHolder, sectionResource, takeClaim, taskHolder, taskOfHolder } from './claims.ts';
import { isFree, type Overlapping, pathsOf, takeFiles } from './fileLocks.ts';
import { run, type Store, type Trx } from './open.ts';
import { forgetHeldBack, readScene, rememberPassed, type Scheduling, type StoredScene } from './schedule.ts';
import { listOpenSteps, openStep, type StepKind } from './steps.ts';
import { listHeldZones, takeZones, type Zoning } from './zones.ts';

export interface Claiming {
  readonly claimant: Claimant;
  /** Today's main: where a task without work begins. */
  readonly main: Sha;
  readonly limits: Limits;
  /** Whether reviews are done by agents, so that a runner may take one over. */
  readonly reviews: boolean;
  /** How long a waiting exclusive task keeps others from starting, unless its runner asks again. */
  readonly intentMs: number;
  /** Coders that are not to be started now. */
  readonly held: readonly string[];
  /** Who is started in place of a coder. */
  readonly instead: ReadonlyMap<string, string>;
  /** Undefined where zones keep nobody apart. */
  readonly zoning?: Zoning | undefined;
  /** Undefined where files are not locked. */
  readonly overlapping?: Overlapping | undefined;
  /** Undefined where predictions hold nobody back. */
  readonly scheduling?: Scheduling | undefined;
  /** Why no coder is to begin beside what is under way already; undefined where nothing speaks against it. */
  readonly pressure?: Pressure | undefined;
}

export interface Claimed {
  readonly taskId: TaskId;
  readonly stepId: number;
  readonly kind: StepKind;
}

/** @returns the step that is now the claimant's, or undefined when there is nothing that it may do */
export async function claim(store: Store, trx: Trx, claiming: Claiming): Promise<Claimed | undefined> {
  return (
    (claiming.reviews && (await claimReview(store, trx, claiming))) || (await claimTask(store, trx, claiming))
  );
}

/** A task in review that nobody reviews: its runner died, or the reviewer could not be asked. */
async function claimReview(store: Store, trx: Trx, claiming: Claiming): Promise<Claimed | undefined> {
  const { claimant, zoning } = claiming;
  const sections = sectionsOf(claimant);
  const only = zoning?.only ?? [];
  const waiting = await run<{ id: TaskId; section_id: string | null; paths: string }>(
    trx,
    `select t.id, t.section_id, t.paths from tasks t
    where t.status = 'review' and t.needs_person = 0 ${within(sections)}
      and (t.not_before is null or t.not_before <= ?)
      and (t.held_by is null or not exists (
        select 1 from holds h where h.name = t.held_by and (h.until is null or h.until > ?)))
      and not exists (select 1 from steps where steps.task_id = t.id and steps.outcome is null)
    order by t.priority desc, t.seq
    ${only.length === 0 ? 'limit 1' : ''}`,
    ...sections,
    store.now(),
    store.now(),
  );
  const found = waiting.find((task) => isOfZones(zoning?.zonesOf(task) ?? [], only));
  if (!found) return undefined;
  // Given back when it was approved or came to a person, and needed again. What was begun since is not driven out.
  await takePlace(store, trx, claimant, found);
  return await beginReview(store, trx, found.id, claimant.id);
}

export async function beginReview(
  store: Store,
  trx: Trx,
  taskId: TaskId,
  runnerId: string,
): Promise<Claimed> {
  return { taskId, stepId: await openStep(store, trx, { taskId, kind: 'review', runnerId }), kind: 'review' };
}

/** Whether there is a task that only a held coder keeps from starting. */
export async function waitsForCoder(store: Store, trx: Trx, claiming: Claiming): Promise<boolean> {
  const free = { ...claiming, held: [], scheduling: undefined };
  return (await nextCandidate(store, trx, free, { exclusive: true, only: null, mixed: false })) !== undefined;
}

interface Candidate {
  readonly row: CandidateRow;
  /** All that it is to have. */
  readonly zones: readonly Zone[];
  /** Because of its section, or of a zone. */
  readonly exclusive: boolean;
}

async function claimTask(store: Store, trx: Trx, claiming: Claiming): Promise<Claimed | undefined> {
  if (claiming.pressure && (await keepsFrom(trx, claiming.pressure))) return undefined;
  const project = await readProject(store, trx);
  if (project.taken) return undefined;
  // Who waits to be alone is next, whatever came before it meanwhile.
  const only = project.waiting && taskOfHolder(project.waiting);
  const mixed = project.mixed === 1;
  const candidate = await nextCandidate(store, trx, claiming, { exclusive: true, only, mixed });
  if (!candidate) return undefined;
  if (!candidate.exclusive || !project.occupied) return take(store, trx, claiming, candidate);
  // What runs may finish; nothing new starts before this one, unless a person keeps it waiting anyhow.
  const waiting = { resource: PROJECT, mode: 'intent', holder: taskHolder(candidate.row.id) } as const;
  const passBy = await waitsForPerson(store, trx, waiting.holder, claiming.reviews);
  const expiresAt = store.now() + (passBy ? 0 : claiming.intentMs);
  await takeClaim(store, trx, { ...waiting, expiresAt });
  const other =
    passBy && (await nextCandidate(store, trx, claiming, { exclusive: false, only: null, mixed }));
  return other ? take(store, trx, claiming, other) : undefined;
}

/** One coder may begin on the smallest machine: else nothing would ever go on. */
async function keepsFrom(trx: Trx, { of }: Pressure): Promise<boolean> {
  return of === 'queue' || (await listOpenSteps(trx)).some(({ runnerId }) => runnerId !== null);
}

interface ProjectClaims {
  /** Whether somebody has the project for itself, or shares it. */
  readonly taken: number;
  readonly occupied: number;
  /** Who waits to have it for itself. */
  readonly waiting: string | null;
  /** Whether the priorities of what is pending differ. */
  readonly mixed: number | null;
}

async function readProject(store: Store, trx: Trx): Promise<ProjectClaims> {
  // `mode <> 'shared'` is what the index says: where many tasks wait for their review, reading all who share it costs.
  const [project] = await run<ProjectClaims>(
    trx,
    `select
      exists (select 1 from claims where resource = '${PROJECT}' and mode <> 'shared' and mode = 'exclusive') as taken,
      exists (select 1 from claims where resource = '${PROJECT}' and mode = 'shared') as occupied,
      (select holder from claims where resource = '${PROJECT}' and mode <> 'shared' and mode = 'intent'
        and expires_at > ? limit 1) as waiting,
      (select priority from tasks where status = 'pending' order by priority desc limit 1)
        <> (select priority from tasks where status = 'pending' order by priority limit 1) as mixed`,
    store.now(),
  );
  return project ?? { taken: 0, occupied: 0, waiting: null, mixed: 0 };
}

/**
 * Whether a person's review, or a task that a person works on, keeps `holder` from being alone. Only those count that were
 * under way before it began to wait: what passed it by while it waited would keep it waiting for ever.
 */
async function waitsForPerson(store: Store, trx: Trx, holder: string, reviews: boolean): Promise<boolean> {
  const found = await run(
    trx,
    `select 1 from tasks t join claims c on c.resource = '${PROJECT}' and c.holder = 'task:' || t.id
    where (t.status = 'review' and ? = 0 or exists (select 1 from takeovers o where o.task_id = t.id))
      and c.created_at < coalesce(
      (select created_at from claims where resource = '${PROJECT}' and holder = ?), ?)
    limit 1`,
    reviews ? 1 : 0,
    holder,
    store.now(),
  );
  return found.length > 0;
}

/** Tasks that are read at once: few are enough in most claims, and where thousands are passed over each read passes over more. */
const FIRST_BATCH = 4;
const GROWTH = 8;

/**
 * The first pending task, in order, that nothing but having to be alone could keep from starting. One whose section or
 * zones have no place, or whose files another has, is passed over, so that it does not hold up the others.
 */
async function nextCandidate(
  store: Store,
  trx: Trx,
  claiming: Claiming,
  among: Among,
): Promise<Candidate | undefined> {
  const { zoning, overlapping, scheduling } = claiming;
  const due = await overtaken(store, trx, claiming, among);
  if (!zoning && !overlapping && !scheduling) {
    const [row] = due.length > 0 ? due : await listCandidates(store, trx, claiming, among);
    return row && { row, zones: [], exclusive: row.exclusive === 1 };
  }
  if (!scheduling) return await seek(store, trx, claiming, among, () => false, due);
  const stored = await readScene(store, trx, scheduling, claiming.reviews);
  const first = [...(await takeable(store, trx, claiming, among, stored)), ...due];
  const overdue = stored.overdue.filter(({ id, wanted }) => wanted || first.some((row) => row.id === id));
  const scene = { ...stored, overdue };
  const passed: { task: Scheduled & { candidate: Candidate }; holdings: Holding[] }[] = [];
  const isHeld = (candidate: Candidate) => {
    const task = { id: candidate.row.id, touches: scheduling.touchesOf(candidate.row), candidate };
    const holdings = holdingsOf(task, scene, scene.rules);
    if (holdings.length > 0) passed.push({ task, holdings });
    return holdings.length > 0;
  };
  const found = await seek(store, trx, claiming, among, isHeld, first);
  const ids = passed.map(({ task }) => task.id);
  await rememberPassed(store, trx, scheduling, stored, ids);
  return found ?? leastHeld(passed, scene, scene.rules)?.candidate;
}

/** Of those that were held back for too long, what the claimant may take: they go first. */
async function takeable(
  store: Store,
  trx: Trx,
  claiming: Claiming,
  among: Among,
  { overdue }: StoredScene,
): Promise<CandidateRow[]> {
  if (among.only !== null) return [];
  const rows: CandidateRow[] = [];
  for (const { id } of overdue)
    rows.push(...(await listCandidates(store, trx, claiming, { ...among, only: id })));
  return rows;
}

/** @param isHeld by what else is under way; @param first looked at before the others */
async function seek(
  store: Store,
  trx: Trx,
  claiming: Claiming,
  among: Among,
  isHeld: (candidate: Candidate) => boolean,
  first: readonly CandidateRow[] = [],
): Promise<Candidate | undefined> {
  const { claimant, zoning, overlapping } = claiming;
  const held = zoning ? await listHeldZones(trx) : [];
  const free = overlapping ? isFree(trx, overlapping) : async () => true;
  const looked = new Set<string>();
  for (let from = 0, size = FIRST_BATCH; ; from += size, size *= GROWTH) {
    const rows = await listCandidates(store, trx, claiming, among, { from, size });
    for (const row of [...(from === 0 ? first : []), ...rows]) {
      if (looked.has(row.id)) continue;
      looked.add(row.id);
      const zones = zoning?.zonesOf(row) ?? [];
      const exclusive = row.exclusive === 1 || zones.some((zone) => zone.exclusive);
      if (!isOfZones(zones, zoning?.only ?? []) || (exclusive && !among.exclusive)) continue;
      if (zoneRefusals(zones, exclusive, runnerHolder(claimant.id), held).length > 0) continue;
      // Who is to be alone begins when nothing is under way, and nobody has a file.
      const candidate = { row, zones, exclusive };
      if (exclusive || ((await free(row)) && !isHeld(candidate))) return candidate;
    }
    if (rows.length < size) return undefined;
  }
}

/** The runner of a section holds its place itself. */
async function takePlace(
  store: Store,
  trx: Trx,
  claimant: Claimant,
  task: { readonly id: string; readonly section_id: string | null },
): Promise<void> {
  if (task.section_id === null || claimant.sectionId !== null) return;
  await takeClaim(store, trx, {
    resource: sectionResource(task.section_id),
    mode: 'shared',
    holder: taskHolder(task.id),
  });
}

async function take(
  store: Store,
  trx: Trx,
  claiming: Claiming,
  { row, zones }: Candidate,
): Promise<Claimed | undefined> {
  const { claimant } = claiming;
  const coder = row.coder ?? claimant.coder;
  const taskId = row.id as TaskId;
  await takePlace(store, trx, claimant, row);
  const applied = await applyEvent(
    store,
    trx,
    row,
    {
      kind: 'claimed',
      runnerNumber: claimant.number,
      branch: taskBranch(claimant.number, taskId),
      coder: claiming.instead.get(coder) ?? coder,
      main: claiming.main,
    },
    { limits: claiming.limits, runnerId: claimant.id },
  );
  if (applied.kind !== 'applied') throw new TypeError(`task ${taskId} is pending and cannot be claimed`);
  if (claiming.overlapping) await takeFiles(store, trx, taskId, claimant.id, pathsOf(row), false);
  if (claiming.scheduling) await forgetHeldBack(trx, taskId);
  if (zones.length > 0) await takeZones(store, trx, taskId, zones, claiming.zoning?.kept ?? null);
  const stepId = await openStep(store, trx, { taskId, kind: 'code', runnerId: claimant.id });
  return { taskId, stepId, kind: 'code' };
}
