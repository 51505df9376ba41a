import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { ENVIRONMENT, STEROIDS } from './commands.ts';

/** Works through all tasks, with the live view on a terminal and plain lines on a pipe. @returns the exit code */
export async function runCoders(repository: string): Promise<number> {
  // A terminal sends Ctrl-C to both; `run` decides when to end, and we wait for it.
  const ignore = () => {};
  process.on('SIGINT', ignore);
  const words = [STEROIDS, 'run', '--runners', '3'];
  const child = spawn(process.execPath, words, { cwd: repository, env: ENVIRONMENT, stdio: 'inherit' });
  const [code] = (await once(child, 'exit')) as [number | null];
  process.off('SIGINT', ignore);
  return code ?? 1;
}
