const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** `500ms`, `90s`, `30m`, `2h`, `30d` → milliseconds; undefined when it is no such time */
export function readTime(text: string): number | undefined {
  const [, count, unit = ''] = /^(\d+)(ms|s|m|h|d)$/.exec(text) ?? [];
  return count === undefined ? undefined : Number(count) * (UNITS[unit] ?? 1);
}

/** Ten years, in milliseconds: the longest that something is kept. */
export const LONGEST_KEPT = 3_650 * 86_400_000;
