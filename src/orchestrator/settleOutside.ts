// `runners.outside`: what becomes of a submission that changes something outside of its zones.

import {
  giveBack,
  listHeld,
  PROJECT,
  runnerHolder,
  sectionResource,
  takeClaim,
  taskHolder,
  zoneResource,
} from '../store/claims.ts';
import { recordEvent } from '../store/events.ts';
import type { Store, Trx } from '../store/open.ts';
import { listOpenSteps } from '../store/steps.ts';
import { updateTask } from '../store/tasks.ts';
import { takeZones } from '../store/zones.ts';
import type { TaskEvent } from '../task/event.ts';
import type { Section } from '../task/section.ts';
import { canStartTask } from '../task/start.ts';
import type { Task } from '../task/task.ts';
import { isSameName, type Zone } from '../task/zone.ts';
import { lockAnew } from './fileLocks.ts';
import type { Gate } from './gate.ts';
import { type Outside, outsideText } from './outside.ts';
import type { Project } from './project.ts';

type Submitted = Extract<TaskEvent, { kind: 'submitted' }>;

export interface Submission {
  readonly gate: Gate;
  readonly task: Task;
  readonly runnerId: string;
  readonly stepId: number;
  readonly outside: Outside;
  readonly event: Submitted;
}

export type Settled =
  /** Reviewers are told. */
  | { readonly kind: 'goes-on' }
  /** Back to its coder. */
  | { readonly kind: 'rejected'; readonly event: Extract<TaskEvent, { kind: 'rejected' }> }
  /** Queued again, with its work, until what it touches is free. */
  | { readonly kind: 'waits'; readonly event: Extract<TaskEvent, { kind: 'handedBack' }> };

const GOES_ON: Settled = { kind: 'goes-on' };

/** The paths that the history names. */
const MOST_RECORDED = 100;

/** In the transaction that submits: what is taken for the task is taken only if the submission counts. */
export async function settleOutside(
  { store }: Pick<Project, 'store'>,
  trx: Trx,
  submission: Submission,
): Promise<Settled> {
  const { gate, task, runnerId, stepId, outside, event } = submission;
  const open = await listOpenSteps(trx, { taskId: task.id });
  if (!open.some((step) => step.id === stepId)) return GOES_ON;
  const policy = gate.config.runners.outside;
  const sentence = outsideText(outside);
  const zones = outside.zones.map(({ name }) => name);
  const data = { paths: outside.paths.slice(0, MOST_RECORDED), zones, policy, text: sentence };
  await recordEvent(trx, { at: store.now(), kind: 'outside', taskId: task.id, runnerId, data });
  if (policy === 'warn') return GOES_ON;
  if (policy === 'fail') {
    const reason = `it changes ${sentence}, which is for others (runners.outside: fail). Take these changes back, or say as a dispute why they are needed`;
    const rejected = { kind: 'rejected', reviewer: 'zones', outside: true, reason } as const;
    return { kind: 'rejected', event: { ...rejected, commit: event.head } };
  }
  return await reassign(store, trx, submission, sentence);
}

async function reassign(
  store: Store,
  trx: Trx,
  { gate, task, runnerId, outside, event }: Submission,
  sentence: string,
): Promise<Settled> {
  const moved = sectionOfAll(task, outside);
  if (moved === undefined && !outside.in.apart) return GOES_ON;
  const paths = moved ? [] : widened(task, outside);
  const section = moved ?? outside.in.sections.find((one) => one.id === task.section?.id) ?? null;
  await updateTask(store, trx, task.id, moved ? { sectionId: moved.id, paths } : { paths });
  const zones = outside.in.apart ? outside.in.map.ofTask({ paths, section }) : [];
  // What its runner keeps is its own too. Who waits to be alone does not drive out who has begun.
  const held = (await listHeld(trx, store.now())).filter(
    ({ holder, mode }) => holder !== runnerHolder(runnerId) && mode !== 'intent',
  );
  const own = { holder: taskHolder(task.id), sections: [], zones: [] };
  const refusals = canStartTask({ id: task.id, section: moved ?? null, zones }, own, held);
  if (refusals.length > 0) {
    const why = refusals.map((refusal) => refusal.sentence).join('; ');
    const note = `it changes ${sentence}, and goes on when that is free: ${why}`;
    return { kind: 'waits', event: { kind: 'handedBack', note, head: event.head, commits: event.commits } };
  }
  if (moved) {
    await changePlace(store, trx, task, moved);
    for (const zone of outside.zones) await giveBack(trx, taskHolder(task.id), zoneResource(zone.name));
    if (gate.config.locks.files)
      await lockAnew(store, trx, { task, runnerId, paths, changed: outside.changed });
  }
  await takeZones(store, trx, task.id, zones, null);
  return GOES_ON;
}

/** The section that owns all that the task changes, where it is another one than the task's. */
function sectionOfAll(task: Task, { in: { map, sections }, changed }: Outside): Section | undefined {
  const [owner, ...others] = [...new Set(changed.map((path) => map.owner(path)))];
  if (owner === undefined || others.length > 0) return undefined;
  const [section, ...more] = sectionsOf(owner, sections);
  return section && more.length === 0 && section.id !== task.section?.id ? section : undefined;
}

const sectionsOf = (zone: Zone, sections: readonly Section[]) =>
  sections.filter((section) => zone.sections.some((name) => isSameName(name, section.name)));

/**
 * The task's globs with what it really changes. Paths and no globs of the other zones: those would touch what others have
 * set apart in them.
 */
function widened(task: Task, { changed, paths, zones }: Outside): string[] {
  const inside = changed.filter((path) => !paths.includes(path));
  const base =
    task.paths.length > 0 ? task.paths : inside.length > 0 ? inside : zones.flatMap((one) => one.paths);
  return [...new Set([...base, ...paths])];
}

async function changePlace(store: Store, trx: Trx, task: Task, section: Section): Promise<void> {
  const holder = taskHolder(task.id);
  if (task.section) await giveBack(trx, holder, sectionResource(task.section.id));
  await takeClaim(store, trx, { resource: sectionResource(section.id), mode: 'shared', holder });
  if (section.exclusive) await takeClaim(store, trx, { resource: PROJECT, mode: 'exclusive', holder });
}
