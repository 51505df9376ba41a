// A runner's slot, made ready for a task: its worktree, the branch, the dependencies.

import { readEnd } from '../disk/files.ts';
import type { Git } from '../git/client.ts';
import { openWorktree } from '../git/worktrees.ts';
import type { Containment } from '../process/containment.ts';
import { cleanEnvironment, withoutSecrets } from '../process/environment.ts';
import { type Command, commandText, describeWorked } from '../process/work.ts';
import { getSlot, saveSlot } from '../store/slots.ts';
import type { Sha } from '../task/ids.ts';
import { portOf } from '../worktree/layout.ts';
import { provision, setupCommands, setupDigest } from '../worktree/provision.ts';
import { setAside } from '../worktree/setAside.ts';
import {
  clearIgnoredFiles,
  clearSlot,
  ensureWorktree,
  freeSlot,
  isReady,
  KEPT,
  layBranch,
  type Opened,
  retireSlot,
  type Start,
} from '../worktree/slot.ts';
import { containmentFor } from './containment.ts';
import type { Gate } from './gate.ts';
import { withGitLock } from './gitLock.ts';
import type { Project } from './project.ts';
import type { ActiveRunner } from './runner.ts';
import { endLeft, heldBy, remembering } from './slotHolders.ts';

export interface Opening {
  readonly log: string;
  readonly signal: AbortSignal;
  readonly settingUp: (commands: readonly string[]) => void;
}

type OpenedSlot =
  | ({ readonly kind: 'opened' } & Opened)
  | { readonly kind: 'failed'; readonly reason: string };

export async function openSlot(
  runner: ActiveRunner,
  gate: Gate,
  start: Start,
  opening: Opening,
): Promise<OpenedSlot> {
  const { project } = runner.session;
  const worktree = await makeSlot(project, project.git, runner.slot, runner.folder, gate.main);
  await clearSlot(worktree, runner.slot, gate.main, KEPT, runner.submitted);
  const opened = await layBranch(worktree, start);
  const environment = withoutSecrets(slotEnvironment(runner), gate.config.environment.keep);
  const containment = await containmentFor(project, gate, { worktree, temp: runner.temp });
  const keeping = { ...opening, environment, containment };
  const ready = await ensureDependencies(project, gate, runner.slot, worktree, keeping);
  return ready.kind === 'failed' ? ready : { kind: 'opened', ...opened };
}

/** @returns git in the slot's worktree, which exists from now on */
export async function makeSlot(
  project: Project,
  git: Git,
  slot: string,
  folder: string,
  commit: Sha,
): Promise<Git> {
  const { store } = project;
  const known = await getSlot(store.db, slot);
  if (known) await endLeft(known);
  if (known?.path === folder && (await isReady(git, folder))) return openWorktree(git, folder);
  const worktree = await withGitLock(project, () => ensureWorktree(git, folder, commit));
  // The repository, or `worktrees.root`, has moved since. (What moved along was linked again just now.)
  if (known && known.path !== folder)
    await retireSlot(git, slot, known.path, commit, (work) => withGitLock(project, work));
  await store.write((trx) => saveSlot(store, trx, { name: slot, path: folder, digest: null }));
  return worktree;
}

/** Empties the slot of a runner after its task, whatever state that left it in. */
export async function leaveSlot(runner: ActiveRunner, gate: Gate): Promise<void> {
  const { project } = runner.session;
  const known = await getSlot(project.store.db, runner.slot);
  if (!known) return;
  if (await heldBy(project, gate, known.path))
    await setAside(openWorktree(project.git, known.path), runner.slot);
  else await freeSlot(project.git, runner.slot, known.path, gate.main, KEPT);
}

/** Runs the set-up where the worktree is not set up for what stands in it now. */
export async function ensureDependencies(
  project: Project,
  gate: Gate,
  slot: string,
  worktree: Git,
  opening: Opening & {
    readonly environment: Readonly<Record<string, string>>;
    readonly containment: Containment;
  },
): Promise<{ readonly kind: 'ready' } | { readonly kind: 'failed'; readonly reason: string }> {
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
    timeLimit: setupTimeLimit,
    signal: opening.signal,
    containment: opening.containment,
    started: remembering(project, slot),
  });
  const digest = provisioned.kind === 'ready' ? provisioned.digest : null;
  await store.write((trx) => saveSlot(store, trx, { name: slot, path: worktree.dir, digest }));
  if (provisioned.kind === 'ready') return { kind: 'ready' };
  const end = (await readEnd(opening.log, 2_000)).trim();
  const said = end === '' ? '' : `: ${end.split('\n').slice(-3).join(' · ')}`;
  return {
    kind: 'failed',
    reason: `set-up \`${provisioned.command}\` ${describeWorked(provisioned.worked)}${said}`,
  };
}

/** What differs from runner to runner. */
export function slotEnvironment(slot: {
  readonly session: ActiveRunner['session'];
  readonly number: number;
  readonly temp: string;
}) {
  const { project } = slot.session;
  return {
    ...cleanEnvironment(project.host.environment),
    TMPDIR: slot.temp,
    PORT: String(portOf(project.repository.commonDir, slot.number)),
  };
}
