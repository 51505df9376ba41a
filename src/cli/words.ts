// Small words for people: times, numbers, the colour of a status.

import type { Status } from '../task/status.ts';
import type { Style } from './command.ts';

/** `3 tasks`, `1 task` */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

/** `4 s`, `3 min`, `2 h`, `5 d` */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 90) return `${seconds} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
  if (seconds < 36 * 3600) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}

/** `812 B`, `1.2 MB` */
export function size(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let unit = 0;
  let number = bytes;
  while (number >= 999.5 && unit < units.length - 1) {
    number /= 1000;
    unit++;
  }
  return `${unit > 0 && number < 9.95 ? number.toFixed(1) : Math.round(number)} ${units[unit]}`;
}

const PAINT: Readonly<Record<Status, keyof Style>> = {
  in_progress: 'cyan',
  review: 'cyan',
  queued: 'cyan',
  verifying: 'cyan',
  pending: 'dim',
  disputed: 'yellow',
  failed: 'red',
  completed: 'green',
  skipped: 'dim',
  cancelled: 'dim',
};

export function statusText(status: Status, style: Style): string {
  return style[PAINT[status]](status);
}

/** `npm test (3 times), npm run lint (once)` */
export function flakyText(flaky: readonly { readonly command: string; readonly times: number }[]): string {
  return flaky
    .map(({ command, times }) => `${command} (${times === 1 ? 'once' : `${times} times`})`)
    .join(', ');
}
