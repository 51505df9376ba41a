// What a provider's refusal means: providers, and the agents between us and them, word the same few things differently.

import type { Limit } from '../../task/limit.ts';
import type { Said } from './agent.ts';

/** An error as an agent words it, where its words are all that tells of a limit. */
export function errorOf(text: string): Said {
  return { kind: 'error', text, limit: limitOf(text) };
}

/** Where the agent names it, the HTTP status; otherwise it is looked for in the text. */
export function limitOf(text: string, status: number | null = statusIn(text)): Limit | null {
  const kind = kindByText(text, status) ?? kindByStatus(status);
  if (kind === null) return null;
  const wait = waitIn(text);
  return { kind, until: untilIn(text), ...(wait === null ? {} : { wait }) };
}

/** At its beginning: all that Anthropic says of a model that is not there is `model: NAME`. */
const MODEL =
  /^(internal error: )?model: \S+$|model_not_found|(unknown|invalid|unsupported) model|model\b.{0,120}?\b(does not exist|not exist|not found|not supported|is unavailable|may not exist)|not_found_error.{0,80}\bmodel|providermodelnotfound/is;
const QUOTA =
  /insufficient_quota|quota|billing|credit balance|usage[ _]limit|out of credits|payment required|(hit|reached) your .{0,20}limit|spend(ing)? limit/i;
const LOGIN =
  /authentication_error|invalid[ _](x-)?api[ _-]key|incorrect api key|api key not valid|no api key|missing api key|not logged in|please (run )?\/?log ?in|(token|login|session|credentials?).{0,20}expired|unauthori[sz]ed|unauthenticated|(set an|invalid) auth method|auth type|must specify the \w+_api_key/i;
const RATE = /rate[ _-]?limit|too many requests|resource_exhausted/i;
const OVERLOADED = /overloaded|at capacity|high demand/i;
const REFUSAL =
  /\brefus(al|ed to (answer|respond))\b|usage policy|content[_ ]?filter|prohibited_content|safety (filter|reasons)|blocked by safety|flagged/i;

function kindByText(text: string, status: number | null): Limit['kind'] | null {
  const mayBeQuota = status === null || status === 400 || status === 402 || status === 403 || status === 429;
  if (mayBeQuota && QUOTA.test(text)) return 'quota';
  if (RATE.test(text)) return 'rate';
  if (OVERLOADED.test(text)) return 'overloaded';
  if (LOGIN.test(text)) return 'login';
  if (MODEL.test(text) || (status === 404 && /\bmodel/i.test(text))) return 'model';
  if (REFUSAL.test(text)) return 'refusal';
  return null;
}

function kindByStatus(status: number | null): Limit['kind'] | null {
  switch (status) {
    case 401:
    case 403:
      return 'login';
    case 402:
      return 'quota';
    case 429:
      return 'rate';
    case 503:
    case 529:
      return 'overloaded';
    default:
      return null;
  }
}

/** `API Error: 429 {…}`, `status code 401`, `HTTP 529`, `"code":429`: not any number of three digits. */
function statusIn(text: string): number | null {
  const found =
    /(?:\berror:?|\bstatus(?:[ _]?code)?:?|\bhttp(?:\/[\d.]+)?|"(?:code|status|statusCode)":)\s*"?([45]\d\d)\b/i.exec(
      text,
    ) ?? /^\s*([45]\d\d)\b/.exec(text);
  return found?.[1] === undefined ? null : Number(found[1]);
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `Please try again in 1m30.5s`, `retry after 20 seconds`, `retryDelay: "12s"`, in milliseconds. */
function waitIn(text: string): number | null {
  const said =
    /(?:try again in|retry[ _-]?(?:after|in|delay)|resets? in|reset after)\W{0,4}((?:\d+(?:\.\d+)?\s*(?:ms|milliseconds?|s|seconds?|secs?|m|minutes?|mins?|h|hours?|d|days?)?(?![a-z])[\s,]*)+)/i.exec(
      text,
    )?.[1];
  if (said === undefined) return null;
  let sum = 0;
  for (const [, count = '0', unit = 's'] of said.matchAll(/(\d+(?:\.\d+)?)\s*(ms|[a-z])?[a-z]*/gi)) {
    sum += Number(count) * (UNITS[unit.toLowerCase()] ?? 1_000);
  }
  return Math.round(sum);
}

/** A moment that the text names after "reset" or "until": ISO 8601, or seconds since 1970. */
function untilIn(text: string): number | null {
  const moment =
    /(?:resets?|until|resets?_?at|available)\b[^\d]{0,20}(\d{4}-\d\d-\d\d[T ][\d:.]+(?:Z|[+-]\d\d:?\d\d)?|1\d{9}(?!\d))/i.exec(
      text,
    )?.[1];
  if (moment === undefined) return null;
  const time = /^\d+$/.test(moment) ? Number(moment) * 1_000 : Date.parse(moment);
  return Number.isNaN(time) ? null : time;
}
