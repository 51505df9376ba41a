// What does not go together, of two branches that are both alive.

export interface FileConflict {
  readonly file: string;
  /** As git calls it: `content`, `add/add`, `modify/delete`, `rename/rename`, `binary` … */
  readonly kind: string;
}

/** An export that one branch changes and the other one begins to use: both merge cleanly, and do not work. */
export interface Finding {
  readonly file: string;
  readonly export: string;
  readonly change: 'removed' | 'renamed' | 'moved' | 'retyped';
  /** Its new name, or the file that has it now. */
  readonly to: string | null;
  /** What its declaration said of its type, and says now. */
  readonly before: string;
  readonly after: string | null;
  /** Which of the two changes it: the other one uses it. */
  readonly changedBy: 'one' | 'other';
  /** Where it is used. */
  readonly usedIn: string;
}

export interface Clash {
  readonly files: readonly FileConflict[];
  /** How many files more conflict than are named. */
  readonly more: number;
  readonly findings: readonly Finding[];
}

/** The same, seen from the other side. */
export function mirrored({ files, more, findings }: Clash): Clash {
  const turned = findings.map((finding) => ({
    ...finding,
    changedBy: finding.changedBy === 'one' ? ('other' as const) : ('one' as const),
  }));
  return { files, more, findings: turned };
}

/** `renames it to b`, after who does it. */
export function changeText({ change, to, before, after }: Finding): string {
  switch (change) {
    case 'removed':
      return 'removes it';
    case 'renamed':
      return `renames it to ${to}`;
    case 'moved':
      return `moves it to ${to}`;
    case 'retyped':
      return `changes its type${before === '' || !after ? '' : ` from ${brief(before)} to ${brief(after)}`}`;
  }
}

const brief = (text: string) => (text.length > 80 ? `${text.slice(0, 80)}…` : text);
