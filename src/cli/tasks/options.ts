// Options that `tasks add` and `tasks edit` share.

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Argv } from 'yargs';
import { Problem } from '../../task/problem.ts';
import type { Context } from '../command.ts';

export function taskOptions<T>(yargs: Argv<T>) {
  return yargs
    .option('spec', {
      type: 'string',
      requiresArg: true,
      describe: 'File with the specification; - for standard input',
    })
    .option('section', { type: 'string', requiresArg: true, describe: 'Section that it belongs to' })
    .option('after', {
      type: 'string',
      array: true,
      requiresArg: true,
      describe: 'Tasks that have to land before it',
    })
    .option('priority', {
      type: 'number',
      requiresArg: true,
      describe: 'Higher goes first (0 when it is not given)',
    })
    .option('paths', {
      type: 'string',
      array: true,
      requiresArg: true,
      describe: 'What it is going to change, as globs',
    })
    .option('coder', { type: 'string', requiresArg: true, describe: 'Coder from the configuration' });
}

/** The text of a file, or of standard input for `-`. @throws Problem `unreadable-file` */
export async function readSpec(context: Context, file: string): Promise<string> {
  if (file === '-') return await context.readInput();
  const full = path.resolve(context.host.cwd, file);
  return await readFile(full, 'utf8').catch((error: Error) => {
    const missing = 'code' in error && error.code === 'ENOENT';
    const sentence = missing ? `there is no file ${full}` : `${full} cannot be read: ${error.message}`;
    throw new Problem('user', 'unreadable-file', sentence, 'Name a file, or - for standard input.');
  });
}
