// Trying a reviewer before a task is given to it: with a change that takes a moment to judge. Any verdict will do.

import path from 'node:path';
import { makeFolder, readEnd } from '../disk/files.ts';
import { makeTemporaryFolder } from '../disk/temp.ts';
import { addWorktree, checkOut, openWorktree, removeWorktree } from '../git/worktrees.ts';
import { ask } from '../review/ask.ts';
import { writeDossier } from '../review/dossier.ts';
import { releaseAgent } from '../store/holds.ts';
import type { Opinion } from '../task/opinion.ts';
import type { Gate } from './gate.ts';
import { holdName } from './holds.ts';
import { slotEnvironment } from './openSlot.ts';
import type { Project } from './project.ts';
import { kindOf, type Matter } from './reviewerKinds.ts';
import type { Tried } from './tryCoder.ts';

const DIFF = `diff --git a/hello.txt b/hello.txt
new file mode 100644
--- /dev/null
+++ b/hello.txt
@@ -0,0 +1 @@
+hello
`;

/** @param name of a reviewer in the configuration, which `checkReviewer` has found */
export async function tryReviewer(
  project: Project,
  gate: Gate,
  name: string,
  signal: AbortSignal,
): Promise<Tried> {
  const reviewer = gate.config.reviewers[name];
  if (!reviewer) throw new TypeError(`reviewer ${name} is not in the configuration`);
  const temp = makeTemporaryFolder('steroids-trial');
  const folder = path.join(temp.path, 'main');
  const log = path.join(temp.path, 'trial.log');
  const own = path.join(temp.path, 'own');
  await makeFolder(own);
  await addWorktree(project.ownWorktrees, folder, gate.main);
  try {
    const worktree = await openWorktree(project.ownWorktrees, folder);
    await checkOut(worktree, gate.main, true);
    const environment = slotEnvironment({ session: { project }, number: 0, temp: own }, gate.config);
    const answers = path.join(temp.path, 'answer');
    const desk = { project, gate, worktree, temp: own, sharedTemp: own, environment, log, answers };
    const kind = await kindOf(desk, reviewer, matterOf(gate));
    const begun = project.host.elapsed();
    const asking =
      'refused' in kind
        ? { reviewer: name, refused: kind.refused }
        : {
            ...kind,
            reviewer: name,
            folder,
            environment: { ...kind.environment, STEROIDS_REVIEWER: name },
            log,
            timeLimit: reviewer.timeLimit,
            started: async () => {},
          };
    const asked = await ask(asking, signal);
    const ms = project.host.elapsed() - begun;
    if (asked.kind !== 'opinion') {
      const sentence = asked.kind === 'none' ? asked.reason : 'it was stopped';
      return { ok: false, sentence, log: await readEnd(log, 2_000).catch(() => ''), ms };
    }
    const held = holdName(reviewer);
    if (held !== null) await project.store.write((trx) => releaseAgent(trx, held));
    return { ok: true, sentence: verdictText(asked.opinion), log: '', ms };
  } finally {
    await removeWorktree(project.ownWorktrees, folder).catch(() => undefined);
    temp.remove();
  }
}

function verdictText({ decision, reason }: Opinion): string {
  return `it gave a verdict (${decision}${reason === '' ? '' : `: ${reason.split('\n', 1)[0]}`})`;
}

function matterOf({ main }: Gate): Matter {
  const dossier = writeDossier({
    task: { id: 'trial', title: 'Say hello', spec: 'A file hello.txt with the word hello.', section: null },
    attempt: 1,
    commits: [{ hash: main, message: 'Say hello', author: '', at: 0, attempt: 1 }],
    rejections: [],
    foreign: [],
    whole: { from: main, to: main, text: DIFF, cut: false },
    sinceLast: null,
    notes: ['This is a trial: nothing lands, whatever the verdict is.'],
  });
  return {
    dossier,
    parts: async () => [{ about: 'all of it', text: dossier }],
    variables: {
      STEROIDS_TASK_ID: 'trial',
      STEROIDS_TASK_TITLE: 'Say hello',
      STEROIDS_ATTEMPT: '1',
      STEROIDS_BASE_COMMIT: main,
      STEROIDS_HEAD_COMMIT: main,
    },
  };
}
