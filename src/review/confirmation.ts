// What a reviewer is given when a coder changed nothing and says that main has its task already.

import { type Sha, shortSha } from '../task/ids.ts';
import { fenced } from '../task/quote.ts';
import { type DossierTask, taskParts, VERDICT } from './dossier.ts';

export interface Confirmation {
  readonly task: DossierTask;
  readonly main: string;
  /** The coder's own words. */
  readonly said: string;
  /** Those that it names; git says that main has them. */
  readonly commits: readonly {
    readonly hash: Sha;
    readonly message: string;
    readonly diff: { readonly text: string; readonly cut: boolean } | null;
  }[];
}

export function writeConfirmation({ task, main, said, commits }: Confirmation): string {
  return [
    '## Is This Task Done Already?',
    ...taskParts(task, []),
    `Its coder changed nothing. It says that these commits do the task, and git says that ${main} has them. Approve when
they do all of it: the task is closed then. Reject when something is missing, and say what: a coder does it then.`,
    `### What the Coder Says:\n${fenced(said, '')}`,
    ...commits.map(({ hash, message, diff }) =>
      [
        `### Commit \`${shortSha(hash)}\`:`,
        fenced(message, ''),
        ...(diff === null ? [] : [fenced(diff.text, 'diff')]),
        ...(diff?.cut ? ['(The diff is too long to be given whole.)'] : []),
      ].join('\n'),
    ),
    VERDICT,
  ]
    .join('\n\n')
    .concat('\n');
}
