import { readTime } from '../config/time.ts';
import { listOpenSteps } from '../store/steps.ts';
import { sumUsage, USAGE_BY, type UsageSum } from '../store/usage.ts';
import { Problem } from '../task/problem.ts';
import { command } from './command.ts';
import { table } from './table.ts';
import { count, duration } from './words.ts';

export default command(
  (yargs) =>
    yargs
      .option('by', { choices: USAGE_BY, default: 'coder' as const, describe: 'What is added up together' })
      .option('since', { type: 'string', describe: 'A time like 24h or 7d, or a date like 2026-11-01' }),
  async (args, context) => {
    const { now } = context.host;
    const since = args.since === undefined ? 0 : beginning(args.since, now());
    const { db } = (await context.project()).store;
    const sums = await sumUsage(db, args.by, since);
    const underWay = (await listOpenSteps(db)).filter((step) => step.runnerId !== null).length;
    const { style, terminal } = context;
    const columns = [
      { name: args.by.toUpperCase(), flexible: true },
      ...['STEPS', 'TIME', 'INPUT', 'CACHED', 'OUTPUT', 'COST'].map((name) => ({ name })),
    ];
    const told =
      sums.length > 0 ? table(columns, sums.map(row), terminal.columns, (line) => style.dim(line)) : NOTHING;
    return {
      data: {
        by: args.by,
        since: since === 0 ? null : new Date(since).toISOString(),
        underWay,
        sums,
      },
      text: [told, ...gaps(sums, underWay).map((line) => style.dim(line))].join('\n'),
    };
  },
);

const NOTHING = 'Nothing was used in that time.';

function row(sum: UsageSum): string[] {
  const tokens = (number: number) =>
    sum.untold === sum.steps
      ? '?'
      : `${number.toLocaleString('en')}${sum.untold + sum.cutOff > 0 ? ' + ?' : ''}`;
  return [
    sum.title === null ? sum.key || '(none)' : `${sum.key}  ${sum.title}`,
    String(sum.steps),
    duration(sum.ms),
    tokens(sum.input + sum.cacheWrite),
    tokens(sum.cacheRead),
    tokens(sum.output),
    costText(sum),
  ];
}

function costText({ cost, unpriced, cutOff }: UsageSum): string {
  if (cost === null) return '?';
  return `$${cost.toFixed(cost < 0.1 ? 4 : 2)}${unpriced + cutOff > 0 ? ' + ?' : ''}`;
}

/** What the sums do not hold, so that nobody takes them for all. */
function gaps(sums: readonly UsageSum[], underWay: number): string[] {
  const of = (key: 'unpriced' | 'untold' | 'cutOff' | 'steps') =>
    sums.reduce((sum, one) => sum + one[key], 0);
  const all = count(of('steps'), 'step');
  return [
    ...(of('unpriced') > 0 ? [`${of('unpriced')} of ${all} named no price.`] : []),
    ...(of('untold') > 0 ? [`${of('untold')} of ${all} told of no tokens.`] : []),
    ...(of('cutOff') > 0 ? [`${of('cutOff')} of ${all} ended before all was told: it may be more.`] : []),
    ...(underWay > 0 ? [`${count(underWay, 'step is', 'steps are')} under way, and not counted yet.`] : []),
  ];
}

/** @throws Problem `bad-since` */
function beginning(text: string, now: number): number {
  const ago = readTime(text);
  if (ago !== undefined) return now - ago;
  const date = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(date)) return date;
  throw new Problem(
    'user',
    'bad-since',
    `--since "${text}" is neither a time nor a date`,
    'A time like 24h or 7d, or a date like 2026-11-01.',
  );
}
