// What a benchmark found out, for people and as one JSON document.

import os from 'node:os';
import { differenceOf, type Figures } from './measure.ts';

export interface Line {
  readonly name: string;
  /** What one figure is of: `ms`, `ms/task`, `/s`. */
  readonly unit: string;
  readonly figures: Figures;
}

export interface Comparison {
  readonly what: string;
  readonly product: Line;
  readonly baseline: Line;
  /** What the figures have to be; absent where nothing was promised. */
  readonly target?: Target;
  /** Of shares, which are mostly nothing or all, the mean is told instead of the median. */
  readonly by?: 'mean';
  /** What was counted, and what else was seen. */
  readonly notes?: readonly string[];
}

export interface Target {
  readonly sentence: string;
  readonly met: boolean;
}

export interface Report {
  readonly benchmark: string;
  readonly settings: Readonly<Record<string, number | string>>;
  readonly comparisons: readonly Comparison[];
}

export function print(report: Report, json: boolean): void {
  if (json)
    console.log(
      JSON.stringify({ ...report, machine: machine(), comparisons: report.comparisons.map(withRatio) }),
    );
  else console.log(textOf(report));
}

/** Of the medians, product by baseline. */
export function ratioOf({ product, baseline, by }: Pick<Comparison, 'product' | 'baseline' | 'by'>): number {
  const of = by ?? 'median';
  return product.figures[of] / baseline.figures[of];
}

function withRatio(comparison: Comparison) {
  const { product, baseline } = comparison;
  return {
    ...comparison,
    ratio: ratioOf(comparison),
    difference: differenceOf(product.figures, baseline.figures).median,
    differenceAtBest: bestOf(product) - bestOf(baseline),
  };
}

function machine() {
  return { cores: os.availableParallelism(), load: os.loadavg()[0], node: process.versions.node };
}

function textOf(report: Report): string {
  const settings = Object.entries(report.settings).map(([name, value]) => `${name} ${value}`);
  const { cores, load, node } = machine();
  return [
    `${report.benchmark}: ${settings.join(', ')}; ${cores} cores, load ${load?.toFixed(1)}, Node ${node}`,
    ...report.comparisons.flatMap(comparisonText),
  ].join('\n');
}

function comparisonText(comparison: Comparison): string[] {
  if (comparison.by === 'mean') return meansText(comparison);
  const { product, baseline, target } = comparison;
  const width = Math.max(product.name.length, baseline.name.length);
  const added = differenceOf(product.figures, baseline.figures).median;
  const atBest = bestOf(product) - bestOf(baseline);
  return [
    '',
    comparison.what,
    lineText(product, width),
    lineText(baseline, width),
    `  ratio ${ratioOf(comparison).toFixed(2)}, difference ${signed(added)} ${product.unit} (of the best runs ${signed(atBest)})`,
    ...(target ? [`  target: ${target.sentence}: ${target.met ? 'met' : 'MISSED'}`] : []),
    ...(comparison.notes ?? []).map((note) => `  ${note}`),
  ];
}

function meansText(comparison: Comparison): string[] {
  const { what, product, baseline, target } = comparison;
  const width = Math.max(product.name.length, baseline.name.length);
  const line = ({ name, unit, figures }: Line) =>
    `  ${name.padEnd(width)}  mean ${digits(figures.mean)} ${unit} of ${figures.values.length}`;
  return [
    '',
    what,
    line(product),
    line(baseline),
    `  ratio ${ratioOf(comparison).toFixed(2)}`,
    ...(target ? [`  target: ${target.sentence}: ${target.met ? 'met' : 'MISSED'}`] : []),
    ...(comparison.notes ?? []).map((note) => `  ${note}`),
  ];
}

function lineText({ name, unit, figures }: Line, width: number): string {
  const { min, median, max, values } = figures;
  return `  ${name.padEnd(width)}  median ${digits(median)} ${unit} (${digits(min)} to ${digits(max)}, ${values.length} runs)`;
}

function digits(number: number): string {
  return number >= 100 ? number.toFixed(0) : number.toFixed(1);
}

function signed(number: number): string {
  return `${number < 0 ? '−' : '+'}${digits(Math.abs(number))}`;
}

/** Of rates the highest, of times the lowest: the run that was disturbed least. */
function bestOf({ unit, figures }: Line): number {
  return unit.endsWith('/s') ? figures.max : figures.min;
}
