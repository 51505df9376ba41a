// Agents that review: verdicts, findings, disputes, and everything that is no verdict.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { leftovers, makeProject, NOTHING_LEFT, type ProjectOptions } from '../support/project.ts';

const write = (file: string, text: string) => `printf '%s\\n' '${text}' > ${file}\n`;

/** A reviewer whose script stands on main. */
const reviewedBy = (script: string, config: ProjectOptions['config'] = {}): ProjectOptions => ({
  config: { reviewer: 'strict', reviewers: { strict: { command: ['sh', './review.sh'] } }, ...config },
  files: { 'review.sh': script },
});

test('findings go to the next coder, the next reviewer and a person', async () => {
  const findings = [
    { file: 'work.txt', severity: 'note', message: 'short' },
    { file: 'work.txt', line: 1, severity: 'blocker', message: 'it is poor' },
  ];
  const rejection = JSON.stringify({ decision: 'reject', reason: 'make it better', findings });
  const project = await makeProject(
    reviewedBy(`cat > "$HOME/dossier.$STEROIDS_ATTEMPT"
if [ "$STEROIDS_ATTEMPT" = 1 ]; then echo '${rejection}'
else echo '{"decision":"approve","reason":"good","findings":[{"file":"work.txt","severity":"note","message":"fine"}]}'; fi
`),
  );
  const id = await project.task('work', write('work.txt', 'poor'), {
    attempts: { 2: write('work.txt', 'better') },
  });
  expect(await project.run('run', '--runners', '1')).toMatchObject({ code: 0 });
  const left = (name: string) => readFileSync(path.join(project.outside, name), 'utf8');
  const lines = '- work.txt:1 blocker: it is poor\n- work.txt note: short';
  expect(left(`${id}.2.brief`)).toContain(`make it better\n\n${lines}`);
  expect(left('dossier.2')).toContain('"work.txt:1 blocker: it is poor"');
  const shown = await project.run('review', 'show', id);
  expect(shown.out).toContain('work.txt:1 blocker: it is poor');
  const { rejections, events } = await project.json(['review', 'show', id]);
  expect(rejections[0].findings).toEqual([{ line: null, ...findings[0] }, findings[1]]);
  expect(rejections[0].opinions).toMatchObject([{ reviewer: 'strict', decision: 'reject' }]);
  const approved = events.find((event: { kind: string }) => event.kind === 'approved');
  expect(approved.opinions[0].findings).toMatchObject([{ message: 'fine' }]);
  expect(leftovers(project)).toEqual(NOTHING_LEFT);
});

test('a reviewer that cannot decide brings the task to a person, who may approve it', async () => {
  const project = await makeProject(
    reviewedBy(`cat > /dev/null; echo '{"decision":"dispute","reason":"is the tax in the price?"}'\n`),
  );
  const id = await project.task('work', write('work.txt', 'x'));
  const ran = await project.run('run', '--runners', '1');
  expect(ran.code).toBe(3);
  expect(ran.err).toContain('strict cannot decide: is the tax in the price?');
  expect(await project.json(['tasks', 'show', id])).toMatchObject({
    status: 'disputed',
    reason: 'is the tax in the price?',
    rejectionCount: 0,
  });
  expect(await project.run('review', 'approve', id)).toMatchObject({ code: 0 });
  expect(await project.run('merge', 'run')).toMatchObject({ code: 0 });
  expect(project.read('work.txt')).toBe('x\n');
});
