import { expect, test } from 'vitest';
import { parseConfig } from '../../src/config/parse.ts';
import { schedulingModeOf } from '../../src/config/scheduling.ts';

const modeOf = (text: string) => schedulingModeOf(parseConfig(text, 'config').config);

test('predictions advise, until somebody asks for analysis or says a mode', () => {
  expect(modeOf('version: 1')).toBe('aggressive');
  expect(modeOf('analysis: { onStart: warn }')).toBe('aggressive');
  expect(modeOf('analysis: { onPickup: warn }')).toBe('aggressive');
  expect(modeOf('analysis: { onPickup: hold }')).toBe('balanced');
  expect(modeOf('analysis: { analysts: [model] }')).toBe('balanced');
  expect(modeOf('{ scheduling: { mode: conservative }, analysis: { onPickup: hold } }')).toBe('conservative');
  expect(modeOf('{ scheduling: { mode: aggressive }, analysis: { onPickup: warn } }')).toBe('aggressive');
});

test('a mode that holds nobody back, and hold, are not both meant', () => {
  const text = 'analysis:\n  onPickup: hold\nscheduling:\n  mode: aggressive\n';
  expect(() => parseConfig(text, 'config')).toThrow(
    /^config:2:3: analysis\.onPickup is "hold", and in scheduling\.mode "aggressive" predictions hold nobody back/,
  );
});

test('what it says where it is told nothing', () => {
  expect(parseConfig('version: 1', 'config').config.scheduling).toEqual({
    hold: 3_600_000,
    queue: 50,
    memory: 256_000_000,
  });
});

test.each([
  ['mode: fast', /scheduling\.mode.*aggressive, balanced, conservative/],
  ['queue: 0', /scheduling\.queue/],
  ['hold: soon', /scheduling\.hold.*a time like 90s, 30m, 2h or 30d/],
  ['memory: lots', /scheduling\.memory.*a number of bytes, like 512M/],
  ['modes: balanced', /modes/],
])('%s is told where it stands', (text, said) => {
  expect(() => parseConfig(`scheduling: { ${text} }`, 'config')).toThrow(said);
});
