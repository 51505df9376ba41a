// Counting votes: what several reviewers say together.

/** `none`: it could not be asked, or gave no verdict. */
export type Vote = 'approve' | 'reject' | 'dispute' | 'none';

export type Outcome = 'approved' | 'rejected' | 'disputed' | 'unjudged';

/** Agents who decide together about a part, or all, of a change. */
export interface Voters {
  readonly by: readonly string[];
  readonly rule: 'all' | 'any' | 'majority';
}

/**
 * Every group has to approve. The outcome depends on the votes alone, not on who was faster.
 * @param votes those that there are so far
 * @returns undefined while votes that are still out may change it
 */
export function tally(groups: readonly Voters[], votes: ReadonlyMap<string, Vote>): Outcome | undefined {
  const outcomes = groups.map((group) => tallyOne(group, votes));
  if (outcomes.includes('rejected')) return 'rejected';
  if (outcomes.includes(undefined)) return undefined;
  if (outcomes.includes('disputed')) return 'disputed';
  return outcomes.includes('unjudged') ? 'unjudged' : 'approved';
}

function tallyOne({ by, rule }: Voters, votes: ReadonlyMap<string, Vote>): Outcome | undefined {
  const count = (vote: Vote) => by.filter((name) => votes.get(name) === vote).length;
  const needed = { all: by.length, any: Math.min(1, by.length), majority: Math.floor(by.length / 2) + 1 }[
    rule
  ];
  if (by.length === 0 || count('approve') >= needed) return 'approved';
  // Not even those who gave no vote could have approved it.
  if (count('reject') > by.length - needed) return 'rejected';
  if (by.some((name) => !votes.has(name))) return undefined;
  return count('dispute') > 0 ? 'disputed' : 'unjudged';
}
