// A runner's slot, made ready for a task: its worktree, the branch, the dependencies.

import { ownKeys } from '../config/reviewers.ts';
import type { Config } from '../config/schema.ts';
import { readEnd } from '../disk/files.ts';
import type { Git } from '../git/client.ts';
import { openWorktree } from '../git/worktrees.ts';
import type { Containment } from '../process/containment.ts';
import { cleanEnvironment, without } from '../process/environment.ts';
import { ownMark } from '../process/marked.ts';
import { type Command, commandText, describeWorked, type Worked } from '../process/work.ts';
import { getSlot, saveSlot } from '../store/slots.ts';
import { portOf } from '../worktree/layout.ts';
import { provision, setupCommands, setupDigest } from '../worktree/provision.ts';
import { setAside } from '../worktree/setAside.ts';
import { clearIgnoredFiles, freeSlot, KEPT, layBranch, type Opened, type Start } from '../worktree/slot.ts';
import { emptySlot, orMovedAside } from './emptySlot.ts';
import type { Gate } from './gate.ts';
import { withGitLock } from './gitLock.ts';
import type { Project } from './project.ts';
import type { ActiveRunner } from './seat.ts';
import { heldBy, remembering } from './slotHolders.ts';

export interface Opening {
  readonly log: string;
  readonly signal: AbortSignal;
  readonly settingUp: (commands: readonly string[]) => void;
}

/** Lays the task's branch into the runner's worktree, which has no dependencies yet. */
export async function openSlot(runner: ActiveRunner, gate: Gate, start: Start): Promise<Opened> {
  const { session, slot: name, folder, submitted } = runner;
  const slot = { name, folder, git: session.project.git };
  return await layBranch(await emptySlot(session, slot, gate.main, KEPT, submitted), start);
}

/** Empties the slot of a runner after its task, whatever state that left it in. */
export async function leaveSlot(runner: ActiveRunner, gate: Gate): Promise<void> {
  const { session, slot: name } = runner;
  const { project } = session;
  const { git } = project;
  const known = await getSlot(project.store.db, name);
  if (!known) return;
  const { path: folder } = known;
  if (await heldBy(project, gate, folder))
    return await setAside(await openWorktree(git, folder), name, gate.main);
  const exclusively = <T>(work: () => Promise<T>) => withGitLock(project, work);
  await orMovedAside(session, { name, folder, git }, gate.main, () =>
    freeSlot(git, name, folder, gate.main, KEPT, exclusively),
  );
}

export type Ready =
  | { readonly kind: 'ready' }
  | {
      readonly kind: 'failed';
      readonly command: string;
      readonly worked: Worked;
      /** For people, with the end of the log. */
      readonly reason: string;
    };

/** Runs the set-up where the worktree is not set up for what stands in it now. */
export async function ensureDependencies(
  project: Project,
  gate: Gate,
  slot: string,
  worktree: Git,
  opening: Opening & {
    readonly environment: Readonly<Record<string, string>>;
    readonly containment: Containment;
    /** Each command has this part of its time limit. */
    readonly timeShare?: number;
  },
): Promise<Ready> {
  const { store } = project;
  const { setup, setupTimeLimit } = gate.config.worktrees;
  const commands: readonly Command[] = await setupCommands(worktree.dir, setup);
  const known = await getSlot(store.db, slot);
  if (commands.length === 0) {
    if (known?.digest) await clearIgnoredFiles(worktree);
    return { kind: 'ready' };
  }
  if (known?.digest && known.digest === (await setupDigest(worktree.dir, commands))) return { kind: 'ready' };
  await clearIgnoredFiles(worktree);
  opening.settingUp(commands.map(commandText));
  const provisioned = await provision({
    folder: worktree.dir,
    commands,
    environment: opening.environment,
    log: opening.log,
    timeLimit: Math.ceil(setupTimeLimit * (opening.timeShare ?? 1)),
    signal: opening.signal,
    containment: opening.containment,
    started: remembering(project, slot),
  });
  const digest = provisioned.kind === 'ready' ? provisioned.digest : null;
  await store.write((trx) => saveSlot(store, trx, { name: slot, path: worktree.dir, digest }));
  if (provisioned.kind === 'ready') return { kind: 'ready' };
  const end = (await readEnd(opening.log, 2_000)).trim();
  const said = end === '' ? '' : `: ${end.split('\n').slice(-3).join(' · ')}`;
  const { command, worked } = provisioned;
  return { ...provisioned, reason: `set-up \`${command}\` ${describeWorked(worked)}${said}` };
}

/** What did not go well in a slot leaves nothing behind: whoever uses it next sets it up from nothing. */
export async function startAfresh(project: Project, git: Git, slot: string, folder: string): Promise<void> {
  const { store } = project;
  await store.write((trx) => saveSlot(store, trx, { name: slot, path: folder, digest: null }));
  // What cannot be tidied up now is met again, and told, when the slot is used.
  await clearIgnoredFiles(await openWorktree(git, folder)).catch(() => undefined);
}

/** What everything that we start in a worktree sees. Keys that only a reviewer may have are not in it. */
export function commonEnvironment(project: Project, config: Config) {
  return { ...without(cleanEnvironment(project.host.environment), ownKeys(config)), ...ownMark() };
}

/** With what differs from runner to runner. */
export function slotEnvironment(
  slot: {
    readonly session: Pick<ActiveRunner['session'], 'project'>;
    readonly number: number;
    readonly temp: string;
  },
  config: Config,
) {
  const { project } = slot.session;
  return {
    ...commonEnvironment(project, config),
    TMPDIR: slot.temp,
    PORT: String(portOf(project.repository.commonDir, slot.number)),
  };
}
