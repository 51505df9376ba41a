import { expect, test } from 'vitest';
import { redactor } from '../../src/process/redact.ts';

const key = ['sk', 'ant', 'api03', 'a'.repeat(40)].join('-');

test('values of variables that are named like secrets are hidden, and what looks like a key', () => {
  const redact = redactor({ MY_TOKEN: 'hunter2-hunter2', HOME: '/home/somebody', DEBUG_TOKEN: 'true' });
  expect(redact(`with hunter2-hunter2 in /home/somebody, true, ${key}.`)).toBe(
    'with [redacted] in /home/somebody, true, [redacted].',
  );
});

test('a secret that begins like another is hidden as a whole', () => {
  const redact = redactor({ A_TOKEN: 'abcdefgh', B_TOKEN: 'abcdefgh-and-more' });
  expect(redact('abcdefgh-and-more abcdefgh')).toBe('[redacted] [redacted]');
});

test('a private key is hidden to its end, or to where it was cut', () => {
  const begin = ['-----BEGIN', 'PRIVATE KEY-----'].join(' ');
  const end = ['-----END', 'PRIVATE KEY-----'].join(' ');
  expect(redactor({})(`a\n${begin}\nMIIE\n${end}\nb`)).toBe('a\n[redacted]\nb');
  expect(redactor({})(`a\n${begin}\nMIIE\n`)).toBe('a\n[redacted]');
});

test('commits, paths and prose are left as they are', () => {
  const text = 'fixed task-runner in 79b77f3a9c1d4e5f60718293a4b5c6d7e8f90123 (src/sk-list.ts)';
  expect(redactor({})(text)).toBe(text);
});
