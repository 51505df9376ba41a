import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readChanges } from '../../src/structure/routeCache.ts';
import { makeRepository, type TestRepository } from '../support/repository.ts';

const LIMIT_MS = 30_000;

const grow = (repository: TestRepository, count: number, name: string) => {
  for (let number = 0; number < count; number++)
    repository.commit({ [`${name}.txt`]: `${number}\n` }, { message: `${name} ${number}\n` });
};

async function read(repository: TestRepository, at = 'main') {
  const file = path.join(repository.root, 'routing.json');
  return await readChanges(repository.open(), file, repository.sha(at), LIMIT_MS);
}

/** As git tells it without any copy. */
async function afresh(repository: TestRepository, at = 'main') {
  const file = path.join(repository.root, `${at.replaceAll('/', '-')}-${crypto.randomUUID()}.json`);
  return await readChanges(repository.open(), file, repository.sha(at), LIMIT_MS);
}

test('what is kept and what is new are the whole', async () => {
  const repository = makeRepository();
  grow(repository, 3, 'a');
  expect(await read(repository)).toHaveLength(4);
  for (const more of [2, 25, 1]) {
    grow(repository, more, `more${more}`);
    const changes = await read(repository);
    expect(changes).toEqual(await afresh(repository));
    expect(changes.at(-1)).toEqual({ subject: `more${more} ${more - 1}`, paths: [`more${more}.txt`] });
  }
});

test('only what is new is asked of git', async () => {
  const repository = makeRepository();
  await read(repository);
  const file = path.join(repository.root, 'routing.json');
  const kept = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify({ ...kept, changes: [['Kept', 'kept.txt']] }));
  grow(repository, 1, 'a');
  expect((await read(repository)).map(({ subject }) => subject)).toEqual(['Kept', 'a 0']);
});

test('a main that was rewritten is read anew', async () => {
  const repository = makeRepository();
  const begin = repository.sha('main');
  grow(repository, 2, 'a');
  await read(repository);
  repository.git('reset', '--quiet', '--hard', begin);
  grow(repository, 1, 'b');
  expect((await read(repository)).map(({ subject }) => subject)).toEqual(['Begin', 'b 0']);
});

test.each([
  '',
  'no JSON',
  '[]',
  '{"format":0,"main":"x","changes":[]}',
  `{"format":1,"main":"${'a'.repeat(40)}","changes":[]}`,
  `{"format":1,"main":"--output=x","changes":[]}`,
  `{"format":1,"main":"${'a'.repeat(40)}","changes":[[1]]}`,
])('a copy that is wrong (%s) is made again', async (text) => {
  const repository = makeRepository();
  const file = path.join(repository.root, 'routing.json');
  writeFileSync(file, text);
  expect(await read(repository)).toEqual([{ subject: 'Begin', paths: ['README.md'] }]);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ main: repository.sha('main') });
});

test('a place that cannot be written to costs only time', async () => {
  const repository = makeRepository();
  mkdirSync(path.join(repository.root, 'taken'));
  const file = path.join(repository.root, 'taken');
  const changes = await readChanges(repository.open(), file, repository.sha('main'), LIMIT_MS).catch(
    () => 'failed',
  );
  expect(changes).toHaveLength(1);
  expect(existsSync(file)).toBe(true);
});
