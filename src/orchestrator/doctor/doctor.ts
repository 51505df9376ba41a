// `steroids doctor`: is all there that is needed, and is anything left over? It changes nothing, and looks at what it can
// when the store cannot be opened or the configuration is broken.

import { resolveCommit } from '../../git/refs.ts';
import { findRepository, type Repository } from '../../git/repository.ts';
import { currentBranch } from '../../git/worktrees.ts';
import { branchRef } from '../../task/ids.ts';
import { type Grounds, groundsOf, type Host, openProject } from '../project.ts';
import { type Checkup, problem } from './checkup.ts';
import { checkConfiguration } from './configuration.ts';
import { checkInstallation } from './installation.ts';
import { checkLeftovers } from './leftovers.ts';
import { checkRepository } from './repository.ts';
import { checkSections } from './sections.ts';
import { checkStore } from './store.ts';

export async function diagnose(host: Host): Promise<Checkup[]> {
  const installation = await checkInstallation(host);
  const found = await attempt(() => findRepository(host.cwd, host.environment));
  if (found.kind === 'failed') return [...installation, problem('repository', found.error)];
  const opened = await attempt(() => openProject(host));
  const project = opened.kind === 'done' ? opened.value : undefined;
  try {
    const grounds: Grounds = project ?? groundsOf(host, found.value, await likelyMain(found.value));
    return [
      ...installation,
      ...(await checkRepository(grounds)),
      ...(opened.kind === 'failed' ? [problem('store', opened.error)] : await checkStore(opened.value)),
      ...(await checkConfiguration(grounds)),
      ...(project === undefined ? [] : await checkSections(project)),
      ...(project === undefined ? [] : await checkLeftovers(project)),
    ];
  } finally {
    await project?.close();
  }
}

/** The store says which branch is main. Without it: the usual name, or the branch that is checked out. */
async function likelyMain({ git }: Repository): Promise<string> {
  if ((await resolveCommit(git, branchRef('main'))) !== undefined) return 'main';
  return (await currentBranch(git)) ?? 'main';
}

type Attempt<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'failed'; readonly error: unknown };

function attempt<T>(work: () => Promise<T>): Promise<Attempt<T>> {
  return work().then(
    (value) => ({ kind: 'done', value }),
    (error: unknown) => ({ kind: 'failed', error }),
  );
}
