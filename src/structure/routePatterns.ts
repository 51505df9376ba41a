// Routing patterns: regular expressions that a project's people wrote, tried on texts that anybody wrote.

import { oneLine } from '../task/quote.ts';
import { Trial } from '../task/trial.ts';

export interface RoutingPattern {
  /** A regular expression. It is tried in any case of letters, from the beginning of a word on. */
  readonly match: string;
  /** A section's name, or the name or key of a component. */
  readonly section: string;
}

export interface Match {
  readonly section: string;
  /** What was found, for people: one line, cut. */
  readonly said: string;
  /** In the title, not only in the specification. */
  readonly inTitle: boolean;
}

const MOST_PATTERNS = 200;
const LONGEST_PATTERN = 1_000;
const LONGEST_SAID = 40;

/** For all of them. */
const ALL_MS = 2_000;

/**
 * @param text title and specification, already bounded
 * @returns in the order of the patterns, and a sentence for each that could not be tried
 */
export function matchPatterns(
  patterns: readonly RoutingPattern[],
  text: { readonly title: string; readonly spec: string },
): { readonly matches: readonly Match[]; readonly warnings: readonly string[] } {
  const matches: Match[] = [];
  const warnings: string[] = [];
  const trial = new Trial();
  for (const { match, section } of patterns.slice(0, MOST_PATTERNS)) {
    const about = `the routing pattern ${JSON.stringify(match.slice(0, 80))} (section "${oneLine(section)}")`;
    const expression = compile(match);
    if (typeof expression === 'string') {
      warnings.push(`${about} was passed over: ${expression}`);
      continue;
    }
    if (trial.spentMs > ALL_MS) {
      warnings.push(`${about} and those after it were passed over: those before it took ${ALL_MS / 1000} s`);
      break;
    }
    const inTitle = trial.first(expression, text.title);
    const found = inTitle ?? trial.first(expression, text.spec);
    if (found instanceof Error) warnings.push(`${about} was passed over: ${found.message}`);
    else if (found !== undefined && found !== '')
      matches.push({ section, said: oneLine(found).slice(0, LONGEST_SAID), inTitle: inTitle !== undefined });
  }
  if (patterns.length > MOST_PATTERNS)
    warnings.push(`only the first ${MOST_PATTERNS} of ${patterns.length} routing patterns were tried`);
  return { matches, warnings };
}

/** @returns what is wrong with it, where it is none */
function compile(match: string): RegExp | string {
  if (match.length > LONGEST_PATTERN) return `it is longer than ${LONGEST_PATTERN} characters`;
  try {
    new RegExp(match); // by itself, so that no bracket of it closes one of ours
    // "api" is not meant by "rapid", while ".tsx" may stand anywhere.
    return new RegExp(`(?:\\b|(?=\\W))(?:${match})`, 'i');
  } catch (error) {
    return (error as Error).message.replace(/^Invalid regular expression: \/.*\/\w*: /s, 'it is invalid: ');
  }
}
