import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import type { Environment } from './environment.ts';

/** Whether a bare program name is on PATH. */
export async function isOnPath(program: string, environment: Environment): Promise<boolean> {
  for (const folder of (environment.PATH ?? '').split(':')) {
    const found = await access(path.join(folder || '.', program), constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return true;
  }
  return false;
}

export async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
