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
import type { Section } from '../task/section.ts';
import { canStartTask, type Refusal } from '../task/start.ts';
import type { Task } from '../task/task.ts';
import type { Zone } from '../task/zone.ts';
import { readGate } from './gate.ts';
import type { Project } from './project.ts';
import { type Reason, reason } from './reason.ts';
import { schedulingFor } from './scheduling.ts';
import { readZones, zonesOf } from './zones.ts';

export async function explainStart(project: Project, task: Task): Promise<Reason[]> {
  const { db } = project.store;
  const section = (await listBareSections(db)).find((one) => one.id === task.section?.id) ?? null;
  if (section?.skipped) {
    const { name } = section;
    return [
      reason('section-skipped', `its section "${name}" is skipped`, `steroids sections unskip "${name}"`),
    ];
  }
  const zones = await zonesApart(project, task);
  const held = await listHeld(db, project.host.now());
  const schedule = await readSchedule(project, task);
  const startable = { id: task.id, section, zones, ...(schedule && { touches: schedule.touches }) };
  const refusals = canStartTask(startable, null, held, schedule);
  const told = await Promise.all(refusals.map((refusal) => explainRefusal(db, refusal, section, zones)));
  return told.flat();
}

/** What keeps it apart from others; none where the configuration cannot be read: that is said elsewhere. */
export async function zonesApart(project: Project, task: Task): Promise<readonly Zone[]> {
  const gate = await readGate(project).catch(() => undefined);
  const zones = gate && (await readZones(project.store.db, gate));
  return zones?.apart ? zonesOf(zones, task) : [];
}

/** What scheduling goes by, and what the task touches; undefined where predictions hold nobody back. */
async function readSchedule(project: Project, task: Task) {
  const gate = await readGate(project).catch(() => undefined);
  const scheduling = gate && schedulingFor(gate);
  if (!scheduling) return undefined;
  const { store } = project;
  const { overdue, ...scene } = await readScene(store, store.db, scheduling, asksAgents(gate.config));
  const touches = scheduling.touchesOf(await getTouches(store.db, task.id));
  return { ...scene, touches, overdue: overdue.filter(({ id, wanted }) => wanted || id === task.id) };
}

async function explainRefusal(
  db: Db,
  refusal: Refusal,
  section: Section | null,
  zones: readonly Zone[],
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
      const { name, maxRunners } = refusal.zone;
      if (zones.length === 1 && refusal.holders.some((holder) => holder.startsWith('runner:'))) return [];
      const remedy = `wait until that has landed, or raise maxRunners of zone "${name}" to ${maxRunners + 1} in ${CONFIG_FILE}`;
      return [
        reason(
          refusal.code,
          `${refusal.sentence}, and ${who.join(', ')} ${who.length === 1 ? 'has' : 'have'} it`,
          remedy,
        ),
      ];
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
