// With `merge.remote`, "landed" means that the remote's main has it: main here follows the remote before each round, and
// a landing is pushed before main moves here.

import { countCommits, isAncestor } from '../git/refs.ts';
import { fetchBranch, type Pushed, pushBranch, type Remote } from '../git/remote.ts';
import { moveMain } from '../merge/land.ts';
import { type Sha, shortSha } from '../task/ids.ts';
import type { Lander } from './lander.ts';
import { readMain } from './project.ts';

/** Why nothing can land now. */
export interface Hold {
  readonly reason: string;
  /** A person has to do something first. */
  readonly pause: boolean;
}

/** A connection fails now and then; what fails as often as this one after the other needs a person. */
const TRIES = 3;
const WAIT_MS = 1_000;

/** Brings main here to where it is on the remote. @returns undefined when it is there */
export async function followRemote(lander: Lander, remote: Remote): Promise<Hold | undefined> {
  const { project, report } = lander.session;
  const main = await readMain(project);
  const name = `${project.main} on ${remote.name}`;
  const fetched = await persistently(lander, () => fetchBranch(remote, project.main, main), 'failed');
  if (fetched.kind === 'failed')
    return { reason: `${remote.name} cannot be asked: ${fetched.reason}`, pause: true };
  if (fetched.kind === 'missing') {
    const remedy = `git push ${remote.name} ${project.main}`;
    return { reason: `${remote.name} has no branch "${project.main}" yet (${remedy})`, pause: true };
  }
  if (fetched.at === main) return undefined;
  if (!(await isAncestor(project.git, main, fetched.at))) {
    const ahead = await countCommits(project.git, fetched.at, main);
    const behind = await countCommits(project.git, main, fetched.at);
    // Nothing of a person's is pushed without their word.
    const remedy =
      behind === 0
        ? `git push ${remote.name} ${project.main}`
        : `git pull --rebase ${remote.name} ${project.main}, and push`;
    const reason = `${project.main} has ${commits(ahead)} that ${name} has not${behind === 0 ? '' : `, and lacks ${commits(behind)} of its own`} (${remedy})`;
    return { reason, pause: true };
  }
  const moving = {
    git: project.git,
    main: project.main,
    base: main,
    candidate: fetched.at,
    token: lander.token,
  };
  const moved = await moveMain(moving, `steroids: follow ${remote.name}`);
  if (moved.kind !== 'landed')
    return { reason: moved.kind === 'stale' ? moved.said : moved.reason, pause: false };
  report({ kind: 'noticed', sentence: `${project.main} follows ${name} to ${shortSha(fetched.at)}` });
  for (const sentence of moved.behind) report({ kind: 'noticed', sentence });
  return undefined;
}

/** Pushes a landing. */
export async function publish(lander: Lander, remote: Remote, base: Sha, candidate: Sha): Promise<Pushed> {
  const push = () => pushBranch(remote, lander.session.project.main, base, candidate);
  return await persistently(lander, push, 'refused');
}

async function persistently<T extends { readonly kind: string }>(
  lander: Lander,
  attempt: () => Promise<T>,
  failed: T['kind'],
): Promise<T> {
  let outcome = await attempt();
  for (let tried = 1; tried < TRIES && outcome.kind === failed && !lander.signal.aborted; tried++) {
    await lander.session.project.host.sleep(WAIT_MS * tried);
    outcome = await attempt();
  }
  return outcome;
}

const commits = (count: number) => (count === 1 ? '1 commit' : `${count} commits`);
