import { execaSync } from 'execa';
import type { TestProject } from './project.ts';

/** Archives of commits on main, each with a file of its own, numbered from 1. Half of them are of files. */
export function manyArchives(project: TestProject, owner: string, count: number): void {
  const commits = Array.from({ length: count }, (_, at) => {
    const number = at.toString(16).padStart(12, '0');
    const ref = `refs/steroids/archive/${owner}/${at % 2 === 0 ? 'moved' : 'uncommitted'}-${number}`;
    const made = `committer Ada <ada@example.org> ${1_767_225_600 - at} +0000\ndata 6\nChange\nfrom refs/heads/main^0`;
    return `commit ${ref}\n${made}\nM 100644 inline ${number}.txt\ndata 2\nx\n`;
  });
  execaSync('git', ['fast-import', '--quiet', '--force'], {
    cwd: project.folder,
    env: project.environment,
    extendEnv: false,
    input: commits.join('\n'),
  });
}
