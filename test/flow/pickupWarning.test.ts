// `analysis.onPickup: warn`: a task that is begun beside another one that changes the same file.

import { expect, test } from 'vitest';
import { makeProject } from '../support/project.ts';

/** The first lets the second begin beside it, and that one lets it end. */
const MEETING = `touch "$OUTSIDE/$STEROIDS_TASK_TITLE.here"
while [ ! -f "$OUTSIDE/one.here" ] || [ ! -f "$OUTSIDE/two.here" ]; do sleep 0.05; done
echo "$STEROIDS_TASK_TITLE" > "$STEROIDS_TASK_TITLE.txt"
`;

test.each([
  ['warn', 1],
  ['off', 0],
])(
  '%s',
  async (onPickup, warnings) => {
    const project = await makeProject({
      config: { analysis: { onPickup } },
      files: { 'shared/user.ts': 'x\n', 'other.ts': 'x\n' },
    });
    for (const title of ['one', 'two']) {
      const args = ['--paths', 'shared/user.ts'];
      await project.task(title, MEETING, { args });
    }
    const ran = await project.run('run', '--runners', '2');
    expect(ran.code, ran.err).toBe(0);
    const said =
      ran.err.match(/begins while .* is under way, and they may conflict in shared\/user\.ts: /g) ?? [];
    expect(said).toHaveLength(warnings);
    // Neither has changed that file: the report says so of whoever warned, and of nobody else.
    const { predictions } = await project.json(['analysis', 'report']);
    const warned = predictions.filter(({ who }: { who: string }) => who === 'analysis.onPickup');
    expect(warned).toMatchObject(
      warnings === 0 ? [] : [{ of: 'conflicts', judged: 1, predicted: 1, happened: 0, right: 0 }],
    );
  },
  120_000,
);
