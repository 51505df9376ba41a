import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { discoveredParts } from '../../src/structure/discoveredParts.ts';
import { makeRepository, type TestRepository } from '../support/repository.ts';

const json = (value: object) => `${JSON.stringify(value)}\n`;

const FILES = {
  'package.json': json({ name: 'shop', private: true, workspaces: ['apps/*', 'packages/*'] }),
  'scripts/release.js': '\n',
  'apps/api/package.json': json({ name: 'api', dependencies: { types: '*' } }),
  'apps/web/package.json': json({ name: 'web' }),
  'apps/web/index.js': 'import "types";\n',
  'packages/types/package.json': json({ name: 'types' }),
};

function workspace(): TestRepository {
  const repository = makeRepository();
  repository.commit(FILES);
  return repository;
}

const fileOf = (repository: TestRepository) => path.join(repository.root, 'structure.json');

const read = async (repository: TestRepository, file = fileOf(repository)) =>
  await discoveredParts(repository.open(), file, repository.sha('main'));

test('parts are those of the commit, with who uses them; the root is none', async () => {
  const { parts, patterns } = await read(workspace());
  expect(parts).toEqual([
    { key: 'api', title: 'API', paths: ['apps/api/**'], shared: false, usedBy: [] },
    { key: 'web', title: 'Web', paths: ['apps/web/**'], shared: false, usedBy: [] },
    { key: 'types', title: 'Types', paths: ['packages/types/**'], shared: true, usedBy: ['API', 'Web'] },
  ]);
  expect(patterns.map(({ section }) => section)).toEqual(['api', 'web', 'types']);
});

/** Marks the copy, so that a reader of it is known by the mark. */
function mark(repository: TestRepository): void {
  const kept = JSON.parse(readFileSync(fileOf(repository), 'utf8'));
  writeFileSync(
    fileOf(repository),
    JSON.stringify({ ...kept, parts: [{ ...kept.parts[0], title: 'Kept' }] }),
  );
}

const titles = async (repository: TestRepository) => (await read(repository)).parts.map(({ title }) => title);

test('are kept while nothing but code changes, and found again when a manifest does, or main is another', async () => {
  const repository = workspace();
  await read(repository);
  mark(repository);
  expect(await titles(repository)).toEqual(['Kept']);
  repository.commit({ 'apps/web/index.js': '\n', 'apps/web/more.ts': '\n' });
  expect(await titles(repository)).toEqual(['Kept']);
  repository.commit({ 'packages/ui/package.json': json({ name: 'ui' }) });
  expect(await titles(repository)).toEqual(['API', 'Web', 'Types', 'UI']);
  mark(repository);
  repository.git('reset', '--quiet', '--hard', 'main~1');
  expect(await titles(repository)).toEqual(['API', 'Web', 'Types']);
});

test.each([
  '',
  'no JSON',
  '[]',
  '{"format":0}',
  `{"format":1,"main":"${'a'.repeat(40)}","parts":[],"patterns":[]}`,
  '{"format":1,"main":"--output=x","parts":[],"patterns":[]}',
  '{"format":1,"main":"MAIN","parts":[{"key":1}],"patterns":[]}',
  '{"format":1,"main":"MAIN","parts":[],"patterns":[{"match":1}]}',
])('a copy that is wrong (%s) is made again', async (text) => {
  const repository = workspace();
  writeFileSync(fileOf(repository), text.replace('MAIN', repository.sha('main')));
  expect(await titles(repository)).toEqual(['API', 'Web', 'Types']);
});

test('a place that cannot be written to costs only time', async () => {
  const repository = workspace();
  const file = path.join(repository.root, 'none', 'of', 'these');
  mkdirSync(path.dirname(path.dirname(file)));
  writeFileSync(path.dirname(file), 'a file\n');
  expect((await read(repository, file)).parts).toHaveLength(3);
});
