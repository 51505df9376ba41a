// Adds sections and tasks through the command line, and shows what it types.

import { styleText } from 'node:util';
import { steroids } from './commands.ts';
import { SECTIONS, TASKS } from './tasks.ts';

/** @returns the ids of the tasks, in their order */
export function addTasks(repository: string): string[] {
  for (const words of SECTIONS) type(repository, ['sections', 'add', ...words]);
  const ids: string[] = [];
  for (const task of TASKS) {
    const words = ['tasks', 'add', task.title];
    if (task.section !== undefined) words.push('--section', task.section);
    if (task.last) words.push('--after', ...ids);
    const { id } = type(repository, [...words, '--spec', '-'], `${task.spec}\n`) as { id: string };
    ids.push(id);
  }
  return ids;
}

function type(repository: string, words: readonly string[], input?: string): unknown {
  const shown = words.map((word) => (/^[\w./-]+$/.test(word) ? word : `"${word}"`)).join(' ');
  console.log(styleText('dim', `${input === undefined ? '' : 'echo … | '}steroids ${shown}`));
  return steroids(repository, words, input);
}
