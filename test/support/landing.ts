import { changeRefs, writeBlob } from '../../src/git/refs.ts';
import { LANDER_REF, type Landing } from '../../src/merge/land.ts';
import type { Sha } from '../../src/task/ids.ts';
import type { FileContents, TestRepository } from './repository.ts';

/** A candidate on top of main, on the branch `task`, and a lander's token; main stays checked out. */
export async function makeLanding(
  repository: TestRepository,
  files: Readonly<Record<string, FileContents>> = { 'landed.txt': 'landed\n' },
): Promise<Landing> {
  const base = repository.sha('main');
  const before = repository.git('symbolic-ref', '--short', 'HEAD');
  repository.switchTo('task', 'main');
  const candidate = repository.commit(files, { message: 'The task\n' });
  repository.git('switch', '--quiet', before);
  return {
    git: repository.open(),
    id: 'abcd2345',
    ofTask: false,
    title: 'The task',
    main: 'main',
    branch: 'task',
    base,
    candidate,
    head: candidate,
    token: await takeQueue(repository, 'token 1\n'),
  };
}

export async function takeQueue(repository: TestRepository, text: string): Promise<Sha> {
  const git = repository.open();
  const token = await writeBlob(git, text);
  await changeRefs(git, [{ kind: 'update', ref: LANDER_REF, to: token }], 'test');
  return token;
}
