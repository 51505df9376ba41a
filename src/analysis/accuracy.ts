// Whom to believe: what was predicted, against what came of it. Pure.

export interface Score {
  /** How many were predicted, how many came true, and how many of all that happened were among them. */
  readonly predicted: number;
  readonly happened: number;
  readonly right: number;
}

export const NO_SCORE: Score = { predicted: 0, happened: 0, right: 0 };

/** Of what was predicted, the share that happened; null where nothing was. */
export const precisionOf = ({ predicted, right }: Score) => (predicted === 0 ? null : right / predicted);
/** Of what happened, the share that was predicted; null where nothing did. */
export const recallOf = ({ happened, right }: Score) => (happened === 0 ? null : right / happened);

export function scoreOf(predicted: Iterable<string>, happened: ReadonlySet<string>): Score {
  const said = new Set(predicted);
  return {
    predicted: said.size,
    happened: happened.size,
    right: [...said].filter((one) => happened.has(one)).length,
  };
}

export function sumOf(scores: readonly Score[]): Score {
  return scores.reduce(
    (all, one) => ({
      predicted: all.predicted + one.predicted,
      happened: all.happened + one.happened,
      right: all.right + one.right,
    }),
    NO_SCORE,
  );
}

export interface Asked {
  /** With whether it was known, when it was asked, what each has changed. */
  readonly asked: readonly (readonly [id: string, known: 0 | 1])[];
  /** The pairs of them that it named. */
  readonly named: readonly (readonly [string, string])[];
}

const pairKey = (one: string, other: string) => (one < other ? `${one} ${other}` : `${other} ${one}`);

/**
 * What one analyst said of pairs of tasks. Only pairs count of which it is known by now what both have changed, and was not
 * known of both when they were asked about; of each what was said last before that.
 * @param opinions the newest first
 * @param changed of each task, by its id; those of which nobody knows are missing
 */
export function scorePairs(
  opinions: readonly Asked[],
  changed: ReadonlyMap<string, ReadonlySet<string>>,
): { readonly pairs: number; readonly score: Score } {
  const judged = new Set<string>();
  const expected = new Set<string>();
  const happened = new Set<string>();
  for (const { asked, named } of opinions) {
    const keys = new Set(named.map(([one, other]) => pairKey(one, other)));
    const ended = asked.filter(([id]) => changed.has(id));
    for (const [index, [one, known]] of ended.entries())
      for (const [other, also] of ended.slice(index + 1)) {
        const key = pairKey(one, other);
        if ((known && also) || judged.has(key)) continue;
        judged.add(key);
        if (keys.has(key)) expected.add(key);
        if (haveCommon(changed.get(one), changed.get(other))) happened.add(key);
      }
  }
  return {
    pairs: judged.size,
    score: scoreOf(expected, happened),
  };
}

function haveCommon(one: ReadonlySet<string> = new Set(), other: ReadonlySet<string> = new Set()): boolean {
  return [...one].some((path) => other.has(path));
}
