// What became of an agent's run. Exit codes lie: agents exit with 0 after a refused request, and end well without a word.

import { describeWorked, type Worked } from '../../process/work.ts';
import type { Limit } from '../../task/limit.ts';
import { NO_TOKENS, sumIfKnown, sumOfTokens } from '../../task/tokens.ts';
import type { Said, Usage } from './agent.ts';

export type Judged =
  | { readonly kind: 'done'; readonly text: string }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'limited'; readonly limit: Limit; readonly reason: string };

type Wrong = Extract<Said, { kind: 'error' }>;

/**
 * An error that a good result follows was overcome: agents report each try that they repeat.
 * @param said all that it said, in order
 */
export function judgeRun(said: readonly Said[], exited: Worked): Judged {
  const result = said.findLast((one) => one.kind === 'result');
  const error = standingError(said);
  const endedWell = exited.kind === 'exited' && exited.code === 0;
  if (endedWell && error === undefined && result?.ok !== false) {
    const text = (result?.text ?? '') || lastMessage(said);
    const used = said.some((one) => one.kind === 'tool');
    if (text === '' && (result === undefined || !used)) {
      return { kind: 'failed', reason: 'ended well without having done anything' };
    }
    return { kind: 'done', text };
  }
  const why = error?.text || (result?.ok === false ? result.text : '');
  const reason = endedWell
    ? why || 'says that it failed, and not why'
    : [describeWorked(exited), why].filter((part) => part !== '').join(': ');
  if (error?.limit && exited.kind !== 'stopped') return { kind: 'limited', limit: error.limit, reason };
  return { kind: 'failed', reason };
}

/** The last error that no good result came after; one with a limit before one without, which often only repeats it. */
function standingError(said: readonly Said[]): Wrong | undefined {
  const good = said.findLastIndex((one) => one.kind === 'result' && one.ok);
  const errors = said.slice(good + 1).filter((one) => one.kind === 'error');
  return errors.findLast((error) => error.limit !== null) ?? errors.at(-1);
}

/**
 * Its last words, where they end its run: a good result comes after them, and nothing else. Whatever it said before it
 * used another tool, or before it was cut off, is none of them.
 */
export function finalMessage(said: readonly Said[]): string | null {
  const told = said.filter((one) => one.kind !== 'usage');
  const result = told.at(-1);
  if (result?.kind !== 'result' || !result.ok || told.at(-2)?.kind !== 'message') return null;
  return lastMessage(told);
}

function lastMessage(said: readonly Said[]): string {
  const last = said.findLastIndex((one) => one.kind === 'message' && one.text.trim() !== '');
  let text = '';
  for (const one of said.slice(0, last + 1).reverse()) {
    if (one.kind !== 'message' || (text !== '' && !one.piece)) break;
    text = one.text + text;
    if (!one.piece) break;
  }
  return text;
}

/** What a whole run used; its cost is null where any part of it has none. */
export function sumUsage(said: readonly Said[]): Usage {
  let sum: Usage = { ...NO_TOKENS, cost: null, total: true };
  let first = true;
  for (const one of said) {
    if (one.kind !== 'usage') continue;
    const { kind: _, ...usage } = one;
    sum = one.total || first ? { ...usage, total: true } : addUsage(sum, usage);
    first = false;
  }
  return sum;
}

function addUsage(one: Usage, other: Usage): Usage {
  return { ...sumOfTokens(one, other), cost: sumIfKnown(one.cost, other.cost), total: true };
}
