// Who reviews what: `reviewer`, `review.sections`, `review.paths` and zones' own.

import type { Problem } from '../task/problem.ts';
import { nearest } from './near.ts';
import { USUAL_KEY } from './programs.ts';
import type { Config, ReviewersConfig } from './schema.ts';
import type { Path } from './yaml.ts';
import { zonePlace } from './zones.ts';

/** Reviewers who decide together. */
export interface Panel {
  /** Where the configuration names them: `review.paths: docs/**`. */
  readonly where: string;
  /** Names of agents, and `human`; empty for `none`. */
  readonly by: readonly string[];
  /** How many of the agents have to approve. */
  readonly rule: 'all' | 'any' | 'majority';
}

/** Who reviews what no path or zone decides. `whole`: also what one does. */
export function usualPanel(config: Config, section: string | undefined): Panel & { readonly whole: boolean } {
  const [name, chosen] =
    Object.entries(config.review.sections).find(([key]) => key.toLowerCase() === section?.toLowerCase()) ??
    [];
  return name !== undefined && chosen !== undefined
    ? { ...panelOf(`review.sections: ${name}`, chosen), whole: true }
    : { ...panelOf('reviewer', config.reviewer), whole: false };
}

/** By the glob of the paths that they review. */
export function pathPanels(config: Config): (readonly [glob: string, panel: Panel])[] {
  return Object.entries(config.review.paths).map(([glob, chosen]) => [
    glob,
    panelOf(`review.paths: ${glob}`, chosen),
  ]);
}

/** By the name of the zone whose changes they review. */
export function zonePanels(config: Config): (readonly [zone: string, panel: Panel])[] {
  return config.runners.zones.flatMap(({ name, reviewer }) =>
    reviewer === undefined ? [] : [[name, panelOf(`runners.zones: ${name}`, reviewer)] as const],
  );
}

function panelOf(where: string, chosen: ReviewersConfig): Panel {
  const { by, rule } = spellOut(chosen);
  return { where, by: by.filter((name) => name !== 'none'), rule };
}

function spellOut(chosen: ReviewersConfig): Pick<Panel, 'by' | 'rule'> {
  if (typeof chosen === 'string') return { by: [chosen], rule: 'all' };
  return 'by' in chosen ? chosen : { by: chosen, rule: 'all' };
}

/** What a submitted task meets first: nobody, a person alone, or a review step in which agents are asked. */
export function firstReview(config: Config, section: string | undefined): 'none' | 'human' | 'agents' {
  // Which paths it changes is looked at in the step.
  if (pathPanels(config).length > 0 || zonePanels(config).length > 0) return 'agents';
  const { by } = usualPanel(config, section);
  if (by.length === 0) return 'none';
  return by.every((name) => name === 'human') ? 'human' : 'agents';
}

/** Whether there is anything for runners to do about tasks in review. */
export function asksAgents(config: Config): boolean {
  const sections = [undefined, ...Object.keys(config.review.sections)];
  return sections.some((section) => firstReview(config, section) === 'agents');
}

/** Where a reviewer is named: `reviewer`, `review.paths: docs/**`. */
export function placesOf(config: Config, name: string): string[] {
  return choicesOf(config)
    .filter(([, chosen]) => spellOut(chosen).by.includes(name))
    .map(([[...path]]) => (path.length === 1 ? path.join() : `${path.slice(0, 2).join('.')}: ${path[2]}`));
}

/** Names of all agents that some task may meet. */
export function namedReviewers(config: Config): string[] {
  const named = choicesOf(config).flatMap(([, chosen]) => spellOut(chosen).by);
  return [...new Set(named)].filter((name) => name !== 'none' && name !== 'human');
}

/** Variables with keys that nobody else may have than those who ask a model. */
export function ownKeys(config: Config): string[] {
  const reviewers = Object.values(config.reviewers).map(({ anthropic }) => anthropic);
  const models = [...reviewers, config.routing, config.analysis];
  return models.flatMap((model) => (model && model.key !== USUAL_KEY ? [model.key] : []));
}

function choicesOf(config: Config): (readonly [Path, ReviewersConfig])[] {
  const { sections, paths } = config.review;
  return [
    [['reviewer'], config.reviewer],
    ...Object.entries(sections).map(([name, chosen]) => [['review', 'sections', name], chosen] as const),
    ...Object.entries(paths).map(([glob, chosen]) => [['review', 'paths', glob], chosen] as const),
    ...config.runners.zones.flatMap(({ name, reviewer }) =>
      reviewer === undefined ? [] : [[['runners', 'zones', name], reviewer] as const],
    ),
  ];
}

const MEANT = ['none', 'human'];

/**
 * @param raw what stands in the file, for where a mistake is
 * @throws Problem for a name that is not among `reviewers`, or that does not go with the others
 */
export function checkReviewers(
  config: Config,
  raw: unknown,
  wrong: (path: Path, sentence: string) => Problem,
): void {
  const known = Object.keys(config.reviewers);
  const taken = known.find((name) => MEANT.includes(name));
  if (taken !== undefined)
    throw wrong(['reviewers', taken], `"${taken}" is no name for a reviewer: it has a meaning already`);
  for (const [path, chosen] of choicesOf(config)) {
    const sentence = mistakeIn(spellOut(chosen), [...MEANT, ...known]);
    if (sentence !== undefined) throw wrong(writtenAt(config, raw, path), sentence);
  }
}

/** Zones may be written as a list, and their reviewers under either key. */
function writtenAt({ runners }: Config, raw: unknown, path: Path): Path {
  const [first, , name] = path;
  if (first !== 'runners') return path;
  const index = runners.zones.findIndex((zone) => zone.name === name);
  const place = zonePlace(raw)({ name: String(name) }, index);
  const zone = place.reduce<unknown>((value, key) => Object(value)[key], raw);
  return [...place, 'reviewers' in Object(zone) ? 'reviewers' : 'reviewer'];
}

function mistakeIn({ by, rule }: Pick<Panel, 'by' | 'rule'>, known: readonly string[]): string | undefined {
  const stranger = by.find((name) => !known.includes(name));
  if (stranger !== undefined) {
    const near = nearest(stranger, known);
    const meant = near === undefined ? '' : `: did you mean "${near}"?`;
    return `reviewer "${stranger}" is not one of ${known.join(', ')}${meant}`;
  }
  const twice = by.find((name, index) => by.indexOf(name) !== index);
  if (twice !== undefined) return `reviewer "${twice}" is named twice, and has one vote`;
  if (by.length > 1 && by.includes('none')) return '"none" stands alone: nobody is asked';
  if (rule !== 'all' && by.includes('human')) return `"human" goes with rule: all, not with rule: ${rule}`;
  return undefined;
}
