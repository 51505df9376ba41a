// Trying a reviewer before a task is given to it: with a change that takes a moment to judge. Any verdict will do.

import { readEnd } from '../disk/files.ts';
import { ask } from '../review/ask.ts';
import { writeDossier } from '../review/dossier.ts';
import { releaseAgent } from '../store/holds.ts';
import type { Opinion } from '../task/opinion.ts';
import { atDesk } from './atDesk.ts';
import type { Gate } from './gate.ts';
import { holdName } from './holds.ts';
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
  return await atDesk(project, gate, 'trial', async (desk): Promise<Tried> => {
    const kind = await kindOf(desk, reviewer, matterOf(gate));
    const begun = project.host.elapsed();
    const asking =
      'refused' in kind
        ? { reviewer: name, refused: kind.refused }
        : {
            ...kind,
            reviewer: name,
            folder: desk.worktree.dir,
            environment: { ...kind.environment, STEROIDS_REVIEWER: name },
            log: desk.log,
            timeLimit: reviewer.timeLimit,
            started: async () => {},
          };
    const asked = await ask(asking, signal);
    const ms = project.host.elapsed() - begun;
    if (asked.kind !== 'opinion') {
      const sentence = asked.kind === 'none' ? asked.reason : 'it was stopped';
      return { ok: false, sentence, log: await readEnd(desk.log, 2_000).catch(() => ''), ms };
    }
    const held = holdName(reviewer);
    if (held !== null) await project.store.write((trx) => releaseAgent(trx, held));
    return { ok: true, sentence: verdictText(asked.opinion), log: '', ms };
  });
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
