// Why a task is not running: every reason that holds now, in the order in which a person should look at them.

import { agentOf } from '../coder/launch.ts';
import { defaultCoder } from '../config/parse.ts';
import { firstReview, pathPanels, usualPanel, zonePanels } from '../config/reviewers.ts';
import type { Config } from '../config/schema.ts';
import { isAlive, type ProcessIdentity } from '../process/identity.ts';
import { isParted, judgesText } from '../review/judges.ts';
import { listEntries } from '../store/entries.ts';
import { listHolds } from '../store/holds.ts';
import { listRunners, type Runner } from '../store/runners.ts';
import { listOpenSteps } from '../store/steps.ts';
import { listDependencies, listTasks } from '../store/tasks.ts';
import { isOfZones } from '../task/start.ts';
import type { Task } from '../task/task.ts';
import { explainStart, zonesNow } from './explainStart.ts';
import { readGate } from './gate.ts';
import { endOfHold, freeCoders } from './holds.ts';
import { aboutBudget, readInbox } from './inbox.ts';
import { queuePause } from './pause.ts';
import type { Project } from './project.ts';
import { type Reason, reason } from './reason.ts';
import { reviewersNow } from './reviewers.ts';
import { readPressure } from './scheduling.ts';

export async function explainTask(project: Project, task: Task): Promise<Reason[]> {
  switch (task.status) {
    case 'pending':
      return explainPending(project, task);
    case 'in_progress':
    case 'review':
      return explainStep(project, task);
    case 'queued':
    case 'verifying':
      return explainQueued(project, task);
    case 'completed':
      return [reason('completed', `it has landed as ${task.landedCommit}`)];
    case 'disputed':
      return explainDisputed(project, task);
    case 'failed':
      return [
        reason(
          'failed',
          `it failed too often: ${task.reason ?? ''}`,
          `mend what is said there, then: steroids tasks retry ${task.id}`,
        ),
      ];
    case 'skipped':
      return [reason('skipped', 'a person left it out', `steroids tasks retry ${task.id}`)];
    case 'cancelled':
      return [reason('cancelled', 'a person cancelled it', `steroids tasks retry ${task.id}`)];
  }
}

async function explainDisputed(project: Project, task: Task): Promise<Reason[]> {
  const [letter] = await readInbox(project, task.id);
  return [
    reason(
      'disputed',
      `a person has to decide: ${task.reason ?? 'a bound was reached'}`,
      letter?.answers.join(', or: ') ?? null,
    ),
  ];
}

async function liveRunners(project: Project): Promise<Runner[]> {
  const runners = await listRunners(project.store.db);
  return runners.filter((runner) => isAlive(JSON.parse(runner.process) as ProcessIdentity) !== 'dead');
}

async function explainPending(project: Project, task: Task): Promise<Reason[]> {
  const { db } = project.store;
  const reasons: Reason[] = [];
  for (const before of await listDependencies(db, task.id)) {
    if (before.status === 'completed') continue;
    const stuck = ['disputed', 'failed', 'skipped', 'cancelled'].includes(before.status);
    reasons.push(
      reason(
        'dependency',
        `it comes after ${before.id} "${before.title}", which is ${before.status}`,
        stuck ? `steroids tasks explain ${before.id}` : null,
      ),
    );
  }
  reasons.push(...(await explainBudget(project)), ...(await explainHold(project, task)));
  reasons.push(...(await explainPressure(project)), ...(await explainStart(project, task)));
  if (task.notBefore !== null && task.notBefore > project.host.now()) {
    const seconds = Math.ceil((task.notBefore - project.host.now()) / 1000);
    reasons.push(
      reason('backoff', `it is tried again in ${seconds} s, after: ${task.reason ?? 'a failure'}`),
    );
  }
  reasons.push(...(await explainRunners(project, task)));
  return reasons.length > 0 ? reasons : [reason('next', 'nothing keeps it: the next free runner takes it')];
}

async function explainBudget(project: Project): Promise<Reason[]> {
  const letters = await aboutBudget(project);
  return letters.map(({ text, answers }) => reason('budget', text, answers[0] ?? null));
}

async function explainPressure(project: Project): Promise<Reason[]> {
  const gate = await readGate(project).catch(() => undefined);
  const pressure = gate && (await readPressure(project, gate));
  if (!pressure) return [];
  return [reason('pressure', `no further coder is started: ${pressure.sentence}`, pressure.remedy)];
}

async function explainHold(project: Project, task: Task): Promise<Reason[]> {
  const gate = await readGate(project).catch(() => undefined);
  const name = task.coder ?? (gate && defaultCoder(gate.config));
  const coder = name === undefined ? undefined : gate?.config.coders[name];
  const agent = coder && agentOf(coder);
  const now = project.host.now();
  const holds = await listHolds(project.store.db);
  if (!gate || !agent || !freeCoders(gate.config, holds, now).held.includes(name ?? '')) return [];
  const hold = holds.find((one) => one.name === agent.name);
  const until = hold?.until ?? null;
  const when = until === null ? '' : `, and is started again in ${Math.ceil((until - now) / 1000)} s`;
  const [, ...answers] = (hold && endOfHold(gate.config, hold)) ?? [''];
  return [
    reason(
      'held',
      `${agent.title} is held${when}: ${hold?.reason}`,
      until === null ? answers.join('; then: ') : null,
    ),
  ];
}

async function explainRunners(project: Project, task: Task): Promise<Reason[]> {
  const { db } = project.store;
  const runners = await liveRunners(project);
  const zones = await zonesNow(project, task);
  const inSection = runners.filter(
    (runner) => runner.section === null || runner.section.id === task.section?.id,
  );
  const fitting = inSection.filter((runner) => isOfZones(zones, runner.zone === null ? [] : [runner.zone]));
  if (fitting.length === 0) {
    const where = inSection.length === 0 ? 'section' : 'zone';
    const none = runners.length === 0 ? 'no runner is at work' : `no runner works in its ${where}`;
    return [reason('no-runner', none, 'steroids run, or: steroids runners start --detach')];
  }
  const busy = new Set((await listOpenSteps(db)).map((step) => step.runnerId));
  if (fitting.some((runner) => !busy.has(runner.id))) return [];
  const pending = (await listTasks(db, { statuses: ['pending'] })).sort(
    (one, other) => other.priority - one.priority || one.seq - other.seq,
  );
  const ahead = pending.findIndex((one) => one.id === task.id);
  const names = fitting.map((runner) => `runner-${runner.number}`).join(', ');
  return [
    reason(
      'runners-busy',
      `${names} ${fitting.length === 1 ? 'is' : 'are'} busy, and ${ahead === 0 ? 'it is next' : `${ahead} pending ${ahead === 1 ? 'task comes' : 'tasks come'} before it`}`,
    ),
  ];
}

async function explainStep(project: Project, task: Task): Promise<Reason[]> {
  const { db } = project.store;
  if (task.takenOver) {
    const { person, since, path } = task.takenOver;
    const where = path === null ? '' : `, in ${path}`;
    return [
      reason(
        'taken-over',
        `${person} has taken it over (${new Date(since).toISOString()})${where}`,
        `steroids tasks handback ${task.id}, or: steroids tasks cancel ${task.id}`,
      ),
    ];
  }
  const [step] = await listOpenSteps(db, { taskId: task.id });
  if (step) {
    const runner = (await listRunners(db)).find((one) => one.id === step.runnerId);
    const seconds = Math.round((project.host.now() - step.startedAt) / 1000);
    const dead = runner && isAlive(JSON.parse(runner.process) as ProcessIdentity) === 'dead';
    const doing = step.kind === 'code' ? 'codes' : 'reviews';
    if (dead) {
      return [
        reason(
          'runner-dead',
          `runner-${runner.number} died while it was at it`,
          'the next `steroids run` takes it over',
        ),
      ];
    }
    return [
      reason(
        'running',
        `it is running: runner-${runner?.number} ${doing} it (attempt ${step.attempt}) for ${seconds} s${step.log ? `; log: ${step.log}` : ''}`,
      ),
    ];
  }
  const config = await readGate(project).then(
    (gate) => gate.config,
    () => undefined,
  );
  if (task.needsPerson || !config || firstReview(config, task.section?.name) !== 'agents') {
    return [
      reason(
        task.needsPerson ? 'protected' : 'human-review',
        `it waits for a person to review it${task.needsPerson ? `: ${task.reason}` : ''}`,
        `steroids review show ${task.id}, then: steroids review approve ${task.id}, or: steroids review reject ${task.id} --reason "…"`,
      ),
    ];
  }
  const [over] = await explainBudget(project);
  const held = over ?? (await explainHeldReview(project, config, task));
  if (held) return [held];
  const alive = await liveRunners(project);
  const waits = task.reason === null ? '' : ` (${task.reason})`;
  const judges = await reviewersNow(project, task);
  const who = judges && isParted(judges) ? judgesText(judges) : reviewersText(config, task);
  return [
    reason(
      'review',
      `it waits for ${who}${waits}`,
      alive.length === 0 ? 'steroids run, or: steroids runners start --detach' : null,
    ),
  ];
}

async function explainHeldReview(project: Project, config: Config, task: Task): Promise<Reason | undefined> {
  const now = project.host.now();
  const { heldBy } = task;
  const hold = (await listHolds(project.store.db)).find(
    ({ name, until }) => name === heldBy && (until === null || until > now),
  );
  if (!hold) return undefined;
  if (hold.until !== null) {
    const seconds = Math.ceil((hold.until - now) / 1000);
    return reason('held', `it waits for ${reviewersText(config, task)} for ${seconds} s: ${hold.reason}`);
  }
  const [, ...answers] = endOfHold(config, hold) ?? [''];
  return reason(
    'held',
    `it waits for ${reviewersText(config, task)}: ${hold.reason}`,
    answers.join('; then: '),
  );
}

function reviewersText(config: Config, task: Task): string {
  const { by } = usualPanel(config, task.section?.name);
  const parted = pathPanels(config).length > 0 || zonePanels(config).length > 0;
  if (parted || by.length === 0) return 'its reviewers';
  return `reviewer ${by.map((name) => `"${name}"`).join(' and ')}`;
}

async function explainQueued(project: Project, task: Task): Promise<Reason[]> {
  const entries = await listEntries(project.store.db);
  const at = entries.findIndex((entry) => entry.taskId === task.id);
  const entry = entries[at];
  const pause = await queuePause(project);
  const reasons: Reason[] = [];
  if (pause)
    reasons.push(
      reason(
        'paused',
        `the merge queue is paused: ${pause.reason}`,
        'mend it on main, or: steroids merge run',
      ),
    );
  if (entry?.status === 'waiting-on-checkout')
    reasons.push(
      reason(
        'checkout',
        `it waits for your checkout: ${entry.reason}`,
        'commit or put your changes aside there',
      ),
    );
  else if (task.status === 'verifying')
    reasons.push(
      reason(
        'verifying',
        `candidate ${entry?.candidate?.slice(0, 8)} is ${entry?.status} in the merge queue`,
      ),
    );
  else if (at > 0)
    reasons.push(
      reason(
        'queued',
        `it is approved, and ${at} ${at === 1 ? 'entry is' : 'entries are'} before it in the merge queue`,
      ),
    );
  else
    reasons.push(
      reason(
        'queued',
        `it is approved, and next in the merge queue${entry?.reason ? ` (${entry.reason})` : ''}`,
      ),
    );
  if ((await liveRunners(project)).length === 0)
    reasons.push(
      reason('no-lander', 'nobody drains the merge queue now', 'steroids merge run, or: steroids run'),
    );
  return reasons;
}
