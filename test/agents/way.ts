// The whole way of a task with a real agent, which codes and reviews: coded, rejected, coded again, approved, landed. The
// model is the stub's script.

import { mkdtempSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { makeProjectIn } from '../support/projectAt.ts';
import { writeFiles } from './files.ts';
import { startStub } from './stub.ts';
import type { Real } from './table.ts';

const FILE = 'hello.txt';
/** Another one: some agents write over no file that they have not read. */
const SECOND = 'better.txt';
const POOR = 'poor\n';
const BETTER = 'better\n';
const REASON = 'make it better';

const verdict = (decision: string, reason: string) => [{ text: JSON.stringify({ decision, reason }) }];

/**
 * @param folder empty; everything of this run goes there
 * @returns what is wrong; empty when the task landed as it should
 */
export async function wholeWay(real: Real, bin: string, folder: string): Promise<string[]> {
  const base = realpathSync(mkdtempSync(path.join(folder, 'way-')));
  const worktree = path.join(base, 'repo.steroids', 'runner-1');
  const turns = (file: string, text: string, message: string) => [
    { text: 'I write the file.', calls: [real.write(file, text, worktree)] },
    { text: 'I commit it.', calls: [real.run(`git add ${file} && git commit -qm "${message}"`)] },
    { text: 'Done.' },
  ];
  const stub = await startStub({
    turns: turns(FILE, POOR, 'Say hello'),
    when: [
      // Only a diff that a reviewer is given has this line, and only a dossier asks for this.
      { says: '+better', turns: verdict('approve', 'good') },
      { says: '### Verdict', turns: verdict('reject', REASON) },
      // What the reviewer said has to reach the model, or it does the same again.
      { says: REASON, turns: turns(SECOND, BETTER, 'Say it better') },
    ],
  });
  try {
    const { environment, files, args } = real.setup(stub.url);
    const chosen = real.start(real.model);
    const agent = {
      ...real.coder,
      ...(chosen.model === null ? {} : { model: chosen.model }),
      args: [...args, ...chosen.args],
      timeLimit: '2m',
    };
    const reviewer = { ...real.reviewer, model: real.model, args, timeLimit: '2m' };
    const project = await makeProjectIn(base, {
      config: {
        coder: 'agent',
        coders: { agent },
        reviewer: 'strict',
        reviewers: { strict: reviewer },
      },
    });
    Object.assign(project.environment, environment, { PATH: `${bin}:${project.environment.PATH}` });
    writeFiles(project.outside, files); // its HOME
    const { id } = await project.json(['tasks', 'add', 'Say hello', '--spec', '-']);
    const ran = await project.run('run', '--runners', '1');
    const task = await project.json(['tasks', 'show', id]);
    const outcomes = task.attempts.map((attempt: { outcome: string }) => attempt.outcome).join(', ');
    const reviewers = task.events
      .filter(({ kind }: { kind: string }) => kind === 'rejected' || kind === 'approved')
      .map(({ kind, reviewer }: { kind: string; reviewer: string }) => `${kind} by ${reviewer}`)
      .join(', ');
    const landed = task.landedCommit === null ? '' : project.git('show', `main:${SECOND}`);
    return [
      ...(ran.code === 0 ? [] : [`the run ended with ${ran.code}: ${ran.err.slice(-1_000)}`]),
      ...(outcomes === 'rejected, landed' ? [] : [`its attempts were: ${outcomes}`]),
      ...(reviewers === 'rejected by strict, approved by strict'
        ? []
        : [`it was ${reviewers || task.reason}`]),
      ...(landed === BETTER.trim() ? [] : [`main has ${JSON.stringify(landed)}`]),
    ];
  } finally {
    await stub.close();
  }
}
