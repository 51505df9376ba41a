const UNITS: Readonly<Record<string, number>> = { '': 1, k: 1_000, M: 1_000_000, G: 1_000_000_000 };

/** `5000`, `100k`, `2M`, `3G` → a number; undefined when it is none of these */
export function readSize(text: string): number | undefined {
  const [, count, unit = ''] = /^(\d{1,9})([kMG]?)$/.exec(text) ?? [];
  return count === undefined ? undefined : Number(count) * (UNITS[unit] ?? 1);
}
