// Files that git is not quite told of, or cannot be told of in UTF-8.

import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { holdCheckout, repairCheckout } from '../../src/git/checkout.ts';
import { makeRepository } from '../support/repository.ts';

const LATIN1 = Buffer.from('caf\xe9.dat', 'latin1');

/** main, checked out, and a commit on top of it with a file whose name is no UTF-8. */
function prepare() {
  const repository = makeRepository();
  const place = Buffer.concat([Buffer.from(`${repository.folder}/`), LATIN1]);
  const base = repository.commit({ '.gitignore': '*.dat\n' });
  repository.switchTo('next');
  writeFileSync(place, 'lands\n');
  repository.git('add', '--force', '--all');
  const next = repository.commit({});
  repository.git('switch', '--quiet', 'main');
  return { repository, place, base, next };
}

describe('a file whose name is no UTF-8', () => {
  test('that is ignored stands in the way of one that lands', async () => {
    const { repository, place, base, next } = prepare();
    writeFileSync(place, "the user's\n");
    const held = await holdCheckout(repository.open(), repository.folder, base, next);
    expect(held).toMatchObject({ kind: 'obstacle', reason: expect.stringContaining('caf\uFFFD.dat') });
    expect(readFileSync(place, 'utf8')).toBe("the user's\n");
  });

  test('follows after a crash that left it moved already', async () => {
    const { repository, place, base, next } = prepare();
    repository.git('update-ref', 'refs/heads/main', next, base);
    writeFileSync(place, 'lands\n');
    expect(await repairCheckout(repository.open(), repository.folder, base, next)).toBeUndefined();
    expect(repository.status()).toEqual([]);
    expect(readFileSync(place, 'utf8')).toBe('lands\n');
  });
});

test.each(['--assume-unchanged', '--skip-worktree'])('an edit that %s hides is in the way', async (flag) => {
  const repository = makeRepository();
  const base = repository.commit({ 'local.conf': 'a\n' });
  repository.switchTo('next');
  const next = repository.commit({ 'local.conf': 'lands\n' });
  repository.git('switch', '--quiet', 'main');
  repository.git('update-index', flag, 'local.conf');
  repository.write({ 'local.conf': "the user's\n" });
  const held = await holdCheckout(repository.open(), repository.folder, base, next);
  expect(held).toMatchObject({ kind: 'obstacle', reason: expect.stringContaining('local.conf') });
  expect(readFileSync(path.join(repository.folder, 'local.conf'), 'utf8')).toBe("the user's\n");
});
