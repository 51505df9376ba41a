// Why a pending task may not be started: what its section, its zones and exclusive tasks say to it now.

import { CONFIG_FILE } from '../config/parse.ts';
import { asksAgents } from '../config/reviewers.ts';
import { listHeld } from '../store/claims.ts';
import type { Db } from '../store/open.ts';
import { describeHolder } from '../store/runners.ts';
import { getTouches, readScene } from '../store/schedule.ts';
import { listBareSections } from '../store/sections.ts';
import { getTask } from '../store/tasks.ts';
import type { TaskId } from '../task/ids.ts';
import { listed } from '../task/list.ts';
import { printable } from '../task/quote.ts';
import type { Section } from '../task/section.ts';
import { canStartTask, type Refusal } from '../task/start.ts';
import type { Task } from '../task/task.ts';
import type { Zone } from '../task/zone.ts';
import { lockedFor } from './fileLocks.ts';
import { type Gate, readGate } from './gate.ts';
import type { Project } from './project.ts';
import { type Reason, reason } from './reason.ts';
import { schedulingFor } from './scheduling.ts';
import { zonesApart } from './zones.ts';

export async function explainStart(project: Project, task: Task): Promise<Reason[]> {
  const { db } = project.store;
  const section = (await listBareSections(db)).find((one) => one.id === task.section?.id) ?? null;
  if (section?.skipped) {
    const { name } = section;
    return [
      reason('section-skipped', `its section "${name}" is skipped`, `steroids sections unskip "${name}"`),
    ];
  }
  const gate = await readGate(project).catch(() => undefined);
  const zones = await zonesOn(project, gate, task);
  const written = (gate?.config.runners.zones.length ?? 0) > 0;
  const held = await listHeld(db, project.host.now());
  const lockedFiles = gate ? await lockedFor(db, gate, task) : [];
  const schedule = gate && (await readSchedule(project, gate, task));
  const startable = {
    id: task.id,
    section,
    zones,
    lockedFiles,
    ...(schedule && { touches: schedule.touches }),
  };
  const refusals = canStartTask(startable, null, held, schedule);
  const told = await Promise.all(
    refusals.map((refusal) => explainRefusal(db, refusal, section, zones, written)),
  );
  return told.flat();
}

/** What keeps it apart from others; none where the configuration cannot be read: that is said elsewhere. */
export async function zonesNow(project: Project, task: Task): Promise<readonly Zone[]> {
  return await zonesOn(project, await readGate(project).catch(() => undefined), task);
}

async function zonesOn({ store }: Project, gate: Gate | undefined, task: Task): Promise<readonly Zone[]> {
  return gate ? await zonesApart(store.db, gate, task) : [];
}

/** What scheduling goes by, and what the task touches; undefined where predictions hold nobody back. */
async function readSchedule(project: Project, gate: Gate, task: Task) {
  const scheduling = schedulingFor(gate);
  if (!scheduling) return undefined;
  const { store } = project;
  const { overdue, ...scene } = await readScene(store, store.db, scheduling, asksAgents(gate.config));
  const touches = scheduling.touchesOf(await getTouches(store.db, task.id));
  return { ...scene, touches, overdue: overdue.filter(({ id, wanted }) => wanted || id === task.id) };
}

/** In words, with who has it. */
export async function explainRefusal(
  db: Db,
  refusal: Refusal,
  section: Section | null,
  zones: readonly Zone[],
  written: boolean,
): Promise<Reason[]> {
  const who =
    'holders' in refusal ? await Promise.all(refusal.holders.map((one) => describeHolder(db, one))) : [];
  const is = who.length === 1 ? 'is' : 'are';
  switch (refusal.code) {
    case 'other-section':
    case 'other-zone':
      return [reason(refusal.code, refusal.sentence)];
    case 'section-busy': {
      // Its runner takes it.
      if (refusal.holders.some((holder) => holder.startsWith('runner:'))) return [];
      const { name = '', maxRunners = 1 } = section ?? {};
      const remedy = `wait, or: steroids sections edit "${name}" --max-runners ${maxRunners + 1}`;
      return [reason(refusal.code, `${refusal.sentence}, and ${who.join(', ')} is at work in it`, remedy)];
    }
    case 'zone-busy': {
      const { name, sections } = refusal.zone;
      const more = refusal.zone.maxRunners + 1;
      if (zones.length === 1 && refusal.holders.some((holder) => holder.startsWith('runner:'))) return [];
      // A zone that nobody wrote down has as many as its section.
      const raise = written
        ? `, or raise maxRunners of zone "${name}" to ${more} in ${CONFIG_FILE}`
        : sections.map((one) => `, or: steroids sections edit "${one}" --max-runners ${more}`).join('');
      const remedy = `wait until that has landed${raise}`;
      return [
        reason(
          refusal.code,
          `${refusal.sentence}, and ${who.join(', ')} ${who.length === 1 ? 'has' : 'have'} it`,
          remedy,
        ),
      ];
    }
    case 'file-locked': {
      const sentence = `${who[0]} has ${listed(refusal.paths.map(printable), 5)}, and it is to change that too`;
      return [reason(refusal.code, sentence, 'wait until that has landed: steroids locks list')];
    }
    case 'conflict': {
      const other = await getTask(db, refusal.holding.with as TaskId);
      const { title = '', status = 'pending' } = other ?? {};
      const remedy = `wait until that has landed, or: steroids tasks explain ${refusal.holding.with}`;
      return [
        reason(
          refusal.code,
          `it is kept apart from ${refusal.holding.with} "${title}" (${status}): ${refusal.sentence}`,
          remedy,
        ),
      ];
    }
    case 'exclusive':
      return [reason(refusal.code, exclusiveSentence(refusal, who, section, zones, is))];
  }
}

function exclusiveSentence(
  { why, holders }: Extract<Refusal, { code: 'exclusive' }>,
  who: readonly string[],
  section: Section | null,
  zones: readonly Zone[],
  is: string,
): string {
  const [first = ''] = holders;
  if (why === 'alone')
    return `${who[0]} runs alone: its ${zones.length > 0 ? 'section or zone' : 'section'} is exclusive`;
  if (why === 'waiting')
    return `an exclusive task waits for its turn (${first.replace('task:', '')}), so nothing new starts`;
  const zone = zones.find((one) => one.exclusive);
  const what = section?.exclusive ? `section "${section.name}"` : `zone "${zone?.name}"`;
  return `its ${what} is exclusive, and ${who.length === 1 ? 'a task' : `${who.length} tasks`} ${is} still under way`;
}
