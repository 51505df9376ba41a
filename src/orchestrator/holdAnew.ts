// What a task under way holds follows what is written of it: with other paths or another section it gives back what it does
// not touch any more, and takes what it touches now. Where that is not free, nothing is written.

import {
  giveBack,
  listHeld,
  runnerHolder,
  sectionResource,
  takeClaim,
  takeProject,
  taskHolder,
  zoneResource,
} from '../store/claims.ts';
import type { Trx } from '../store/open.ts';
import { listBareSections } from '../store/sections.ts';
import { listOpenSteps } from '../store/steps.ts';
import { takeZones } from '../store/zones.ts';
import { listed } from '../task/list.ts';
import { Problem } from '../task/problem.ts';
import type { Section } from '../task/section.ts';
import { canStartTask, type Held, type Startable } from '../task/start.ts';
import type { Task } from '../task/task.ts';
import { isSameName } from '../task/zone.ts';
import { explainRefusal } from './explainStart.ts';
import { lockAnew, lockable, lockedAnew } from './fileLocks.ts';
import { type Gate, readGate } from './gate.ts';
import type { Project } from './project.ts';
import { zonesApart } from './zones.ts';

/** What it holds otherwise, as `locks list` names it. */
export interface HeldAnew {
  readonly taken: readonly string[];
  readonly given: readonly string[];
}

/**
 * @returns for the transaction that edits it, with what it was and what it is then; undefined where no configuration is in
 * force yet, so that nothing was ever begun
 * @throws Problem `not-free`, from within the transaction
 */
export async function holdsAnew(
  project: Project,
  { latestCommit }: Task,
): Promise<((trx: Trx, before: Task, after: Task) => Promise<HeldAnew>) | undefined> {
  const gate = await readGate(project).catch(() => undefined);
  if (gate === undefined) return undefined;
  const changed = latestCommit ? ((await lockable(project, gate, latestCommit)) ?? []) : [];
  return async (trx, before, after) => {
    const holding = await readHolding(project, gate, trx, before, after);
    await refuseUnlessFree(gate, trx, holding);
    const places = await changePlace(project, trx, holding);
    const zones = await changeZones(project, trx, holding);
    const files = gate.config.locks.files
      ? await lockAnew(project.store, trx, {
          task: before,
          runnerId: holding.runnerId,
          paths: after.paths,
          changed,
        })
      : { taken: [], given: [] };
    return {
      taken: [...places.taken, ...zones.taken, ...files.taken],
      given: [...places.given, ...zones.given, ...files.given],
    };
  };
}

interface Holding {
  readonly before: Task;
  readonly after: Task;
  readonly was: Startable;
  readonly is: Startable & { readonly section: Section | null };
  /** Who codes or reviews it now; null where nobody does, who then has no place in a section either. */
  readonly runnerId: string | null;
  readonly held: readonly Held[];
}

async function readHolding(
  { store }: Project,
  gate: Gate,
  trx: Trx,
  before: Task,
  after: Task,
): Promise<Holding> {
  const [step] = await listOpenSteps(trx, { taskId: before.id });
  const sections = await listBareSections(trx);
  const startable = async (task: Task) => ({
    id: task.id,
    section: sections.find(({ id }) => id === task.section?.id) ?? null,
    zones: await zonesApart(trx, gate, task),
  });
  const [was, is] = [await startable(before), await startable(after)];
  return {
    before,
    after,
    was,
    is: { ...is, lockedFiles: await lockedAnew(trx, gate, before, after.paths) },
    runnerId: step?.runnerId ?? null,
    // Who waits to be alone does not drive out who has begun.
    held: (await listHeld(trx, store.now())).filter(({ mode }) => mode !== 'intent'),
  };
}

/** What kept it apart from others before (whom it was begun beside all the same) is no reason. */
async function refuseUnlessFree(gate: Gate, trx: Trx, holding: Holding): Promise<void> {
  const { before, was, is, runnerId, held } = holding;
  const starter = { holder: taskHolder(before.id), sections: [], zones: [] };
  // What its runner keeps is its own too.
  const others = held.filter(({ holder }) => runnerId === null || holder !== runnerHolder(runnerId));
  const known = new Set(canStartTask(was, starter, others).map(({ sentence }) => sentence));
  const [refusal] = canStartTask(is, starter, others).filter(
    ({ code, sentence }) => !known.has(sentence) && (code !== 'section-busy' || runnerId !== null),
  );
  if (refusal === undefined) return;
  const written = gate.config.runners.zones.length > 0;
  const [why] = await explainRefusal(trx, refusal, is.section, is.zones, written);
  throw new Problem(
    'refused',
    'not-free',
    `task ${before.id} "${before.title}" is under way, and cannot have that now: ${why?.sentence ?? refusal.sentence}`,
    `Nothing is changed. ${why?.remedy ? `Then say it again: ${why.remedy}` : 'Say it again when that has landed.'}`,
  );
}

/** Who codes it or reviews it has a place in its section, unless the runner of a section does, who has one itself. */
async function changePlace(
  { store }: Project,
  trx: Trx,
  { before, after, runnerId, held }: Holding,
): Promise<HeldAnew> {
  const [old, now] = [before.section, after.section];
  if (old?.id === now?.id) return { taken: [], given: [] };
  const holder = taskHolder(before.id);
  const has = (id: string | undefined, who: string) =>
    held.some((one) => one.kind === 'section' && one.name === id && one.holder === who);
  const given = old !== null && has(old.id, holder) ? old : null;
  if (given) await giveBack(trx, holder, sectionResource(given.id));
  const taken = now !== null && runnerId !== null && !has(now.id, runnerHolder(runnerId)) ? now : null;
  if (taken) await takeClaim(store, trx, { resource: sectionResource(taken.id), mode: 'shared', holder });
  return {
    taken: taken ? [`section:${taken.name}`] : [],
    given: given ? [`section:${given.name}`] : [],
  };
}

async function changeZones(
  { store }: Project,
  trx: Trx,
  { before, after, is, runnerId, held }: Holding,
): Promise<HeldAnew> {
  const holder = taskHolder(before.id);
  const had = held.filter((one) => one.kind === 'zone' && one.holder === holder);
  const given = had.filter(({ name }) => !is.zones.some((zone) => isSameName(zone.name, name)));
  for (const { name } of given) await giveBack(trx, holder, zoneResource(name));
  const kept = held.find(
    (one) => one.kind === 'zone' && runnerId !== null && one.holder === runnerHolder(runnerId),
  );
  const taken = is.zones.filter(
    ({ name }) => ![...had, kept].some((one) => one && isSameName(one.name, name)),
  );
  // Alone or not: by its section first, then by its zones.
  await takeProject(store, trx, { id: before.id, section_id: after.section?.id ?? null });
  await takeZones(store, trx, before.id, is.zones, kept?.name ?? null);
  return {
    taken: taken.map(({ name }) => `zone:${name}`),
    given: given.map(({ name }) => `zone:${name}`),
  };
}

/** For a person. */
export function heldAnewText({ taken, given }: HeldAnew): string | null {
  const now = taken.length > 0 ? `It holds ${listed(taken, 5)} now` : '';
  const gone = given.length > 0 ? `${listed(given, 5)} no more` : '';
  if (now !== '') return gone === '' ? `${now}.` : `${now}, and ${gone}.`;
  return gone === '' ? null : `It holds ${gone}.`;
}
