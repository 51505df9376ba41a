/** A named group of tasks. */
export interface Section {
  readonly id: string;
  readonly name: string;
  readonly paths: readonly string[];
  /** While one of its tasks is under way, no other task is. */
  readonly exclusive: boolean;
  /** How many runners may work in it at once. */
  readonly maxRunners: number;
  readonly skipped: boolean;
}

export function isMaxRunners(number: number): boolean {
  return Number.isInteger(number) && number >= 1 && number <= 100;
}
