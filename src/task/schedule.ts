// Which pending task goes well beside those under way: what each of them changes or is likely to, and what two of them
// have in common. docs/scheduling.md says what this is worth.

/** `aggressive`: predictions hold nobody back. `balanced`: likely conflicts do. `conservative`: whatever two have in common. */
export const SCHEDULING_MODES = ['aggressive', 'balanced', 'conservative'] as const;
export type SchedulingMode = (typeof SCHEDULING_MODES)[number];

/**
 * From here on `balanced` holds a task back; where that would leave more than half of the runners idle, only from the second
 * on. Found on four histories (docs/scheduling.md), and the same for all.
 */
export const LIKELY = 0.05;
export const LIKELY_BESIDE_IDLE = 0.2;

/** What a task changes, or may change; paths are from the root of the repository. */
export interface Touches {
  /** With the chance that it changes each, 0 to 1. */
  readonly files: ReadonlyMap<string, number>;
  /** With the chance that it changes any one file in each. */
  readonly globs: ReadonlyMap<string, number>;
}

export interface Overlap {
  /** That both change one of the paths, 0 to 1. */
  readonly chance: number;
  /** The likeliest first. */
  readonly paths: readonly string[];
}

/** Whether a path may match both globs; a path is a glob too. */
export type Meet = (one: string, other: string) => boolean;

const NOTHING: Overlap = { chance: 0, paths: [] };

/** Each path counts as an independent reason: the chance that there is none is the product of theirs. */
export function overlapOf(one: Touches, other: Touches, meet: Meet): Overlap {
  const common: [string, number][] = [];
  const [few, many] =
    one.files.size <= other.files.size ? [one.files, other.files] : [other.files, one.files];
  for (const [path, chance] of few) {
    const also = many.get(path);
    if (also !== undefined) common.push([path, chance * also]);
  }
  for (const [glob, chance] of one.globs) {
    for (const [path, also] of other.files) if (meet(glob, path)) common.push([path, chance * also]);
    for (const [also, its] of other.globs) if (meet(glob, also)) common.push([glob, chance * its]);
  }
  for (const [glob, chance] of other.globs)
    for (const [path, also] of one.files) if (meet(glob, path)) common.push([path, chance * also]);
  if (common.length === 0) return NOTHING;
  common.sort(([, a], [, b]) => b - a);
  const none = common.reduce((all, [, chance]) => all * (1 - chance), 1);
  return { chance: 1 - none, paths: [...new Set(common.map(([path]) => path))] };
}

export interface Scheduled {
  readonly id: string;
  readonly touches: Touches;
}

/** What somebody has said of two tasks, or what came of them. */
export interface Said {
  /** The analyst's name; null: their changes have conflicted. */
  readonly by: string | null;
  readonly risk: 'low' | 'medium' | 'high';
  readonly paths: readonly string[];
}

export interface Rules {
  readonly mode: SchedulingMode;
  readonly meet: Meet;
  readonly said: (one: string, other: string) => readonly Said[];
}

export interface Conflict {
  /** Id of the other task. */
  readonly with: string;
  readonly chance: number;
  readonly paths: readonly string[];
  /** Who says so; null: what they change, or are likely to. */
  readonly by: 'history' | string | null;
}

/** What keeps two tasks from being under way at once, where anything does. */
export function conflictBetween(one: Scheduled, other: Scheduled, rules: Rules): Conflict | undefined {
  const { mode, meet, said } = rules;
  if (mode === 'aggressive') return undefined;
  const voice = said(one.id, other.id).find(
    ({ by, risk }) => by === null || risk !== 'low' || mode === 'conservative',
  );
  if (voice) return { with: other.id, chance: 1, paths: voice.paths, by: voice.by ?? 'history' };
  const { chance, paths } = overlapOf(one.touches, other.touches, meet);
  if (chance < (mode === 'balanced' ? LIKELY : Number.MIN_VALUE)) return undefined;
  return { with: other.id, chance, paths, by: null };
}

/** What a task that would be begun meets. */
export interface Scene {
  readonly underWay: readonly Scheduled[];
  /** Those that were held back for too long, in the order of their turn: what conflicts with them waits until they went. */
  readonly overdue: readonly Scheduled[];
  /** More than half of the runners have nothing to do. */
  readonly idle: boolean;
}

export interface Holding extends Conflict {
  readonly why: 'under-way' | 'overdue';
}

/**
 * Everything that holds a task back. One that is overdue itself waits only for what is under way, and for those that were
 * held back before it: so the first of them has nothing new begun in its way, and goes when what is under way has ended.
 */
export function holdingsOf(task: Scheduled, scene: Scene, rules: Rules): Holding[] {
  if (rules.mode === 'aggressive') return [];
  const turn = scene.overdue.findIndex(({ id }) => id === task.id);
  const before = turn < 0 ? scene.overdue : scene.overdue.slice(0, turn);
  const among = (others: readonly Scheduled[], why: Holding['why']) =>
    others.flatMap((other) => {
      const conflict = other.id === task.id ? undefined : conflictBetween(task, other, rules);
      return conflict ? [{ ...conflict, why }] : [];
    });
  return [...among(scene.underWay, 'under-way'), ...among(before, 'overdue')];
}

/**
 * Of those that are held back, the one that is begun all the same, because more than half of the runners would be idle: the
 * one that is held the least. Never beside one that was held back too long, or beside what is said to conflict.
 */
export function leastHeld<Task extends Scheduled>(
  held: readonly { readonly task: Task; readonly holdings: readonly Holding[] }[],
  scene: Scene,
  { mode }: Rules,
): Task | undefined {
  if (mode !== 'balanced' || !scene.idle) return undefined;
  const weighed = held.map(({ task, holdings }) => ({ task, most: Math.max(...holdings.map(weightOf)) }));
  const [least] = weighed.toSorted((one, other) => one.most - other.most);
  return least !== undefined && least.most < LIKELY_BESIDE_IDLE ? least.task : undefined;
}

const weightOf = ({ why, by, chance }: Holding) => (why === 'overdue' || by !== null ? 1 : chance);

/** Why nothing more is begun for now, whatever there is to do. */
export interface Pressure {
  readonly of: 'queue' | 'memory' | 'disk';
  /** Without its full stop. */
  readonly sentence: string;
  readonly remedy: string;
}
