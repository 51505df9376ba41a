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

/** What a task may name as its section: the id, a prefix of it, or the name in any case. */
export function matchesSection(section: Section, text: string): boolean {
  return section.id === text || section.name.toLowerCase() === text.toLowerCase();
}
