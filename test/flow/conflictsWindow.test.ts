// `runners conflicts --watch` in a window that is low, and that somebody makes narrower.

import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { shown } from '../support/beside.ts';
import { BIN, makeProject } from '../support/project.ts';
import { CTRL_C, openTerminal } from '../support/terminal.ts';
import { until } from '../support/until.ts';

test.skipIf(process.platform !== 'linux')(
  'the view is drawn to the window as it is now: its beginning stays, and no word is cut',
  { timeout: 120_000 },
  async () => {
    const project = await makeProject({ config: { reviewer: 'human' }, files: { 'a.txt': 'a\n' } });
    const title = 'a rather long title of many short words';
    const ids: string[] = [];
    for (const name of ['one', 'two']) {
      ids.push(await project.task(`${name} ${title}`, `echo ${name} > a.txt\n`));
      await project.run('run');
    }
    const go = path.join(project.outside, 'narrow');
    const narrow = `(while [ ! -f '${go}' ]; do sleep 0.05; done; stty cols 60 rows 30 < /dev/tty) &`;
    const command = `stty cols 100 rows 5; ${narrow} exec '${process.execPath}' '${BIN}' runners conflicts --watch`;
    const terminal = openTerminal(project, command);
    await until(() => terminal.raw().includes('more lines'));
    expect(shown(terminal.raw())).toContain('2 live branches and main: 1 conflict in 3 pairs');
    expect(shown(terminal.raw())).not.toContain('✗ conflict');
    expect(existsSync(go)).toBe(false);
    project.write('../outside/narrow', '');
    await until(() => shown(terminal.raw()).includes('a.txt  content'));
    const lines = shown(terminal.raw()).replaceAll('\r', '').split('\n');
    const named = lines.findIndex((line) => line.startsWith(`✗ ${ids[0]}`));
    expect(lines.slice(named, named + 3).map((line) => line.trim())).toEqual([
      `✗ ${ids[0]} “one a rather long title of many short words” and`,
      `${ids[1]} “two a rather long title of many short words”`,
      'a.txt  content',
    ]);
    expect(await terminal.press(CTRL_C)).toBe(0);
  },
);
