// Where a task belongs: the section, the files that it is likely to change, and whom else these concern. A pure function
// of what is known; docs/routing.md explains it.

import { oneLine } from '../task/quote.ts';
import {
  type Area,
  type AreaSection,
  around,
  bothOwnersOf,
  isCalled,
  type Owners,
  placeOf,
  plain,
} from './routeAreas.ts';
import { type Evidence, type LikelyFile, likelyFiles } from './routeFiles.ts';
import { type Match, matchPatterns, type RoutingPattern } from './routePatterns.ts';
import { type ReadText, SPEC_CHARS } from './routeText.ts';
import { wordsOf } from './routeWords.ts';

/** What is less likely is not shown: three of four such files stay as they are. */
export const SHOWN = 0.25;
/** From here on a file counts as a path of the task, where nobody gave it any. */
export const SURE = 0.4;

export interface RoutedFile extends LikelyFile {
  /** Key of the shared part that it is in. */
  readonly shared: string | null;
}

export interface SharedTouched {
  readonly key: string;
  readonly section: AreaSection | null;
  readonly paths: readonly string[];
  /** Titles of what uses it, other than where the task goes. */
  readonly affects: readonly string[];
}

export interface Alternative {
  readonly section: AreaSection;
  readonly reason: string;
}

export interface Route {
  /** Null where nothing speaks for any. */
  readonly section: AreaSection | null;
  /** One sentence, without its full stop. */
  readonly reason: string;
  /** Globs of the section and its part. */
  readonly paths: readonly string[];
  readonly files: readonly RoutedFile[];
  readonly shared: readonly SharedTouched[];
  /** Other sections, the likeliest first. */
  readonly alternatives: readonly Alternative[];
  /** What was passed over, in sentences. */
  readonly warnings: readonly string[];
}

export interface Ground extends Evidence {
  readonly areas: readonly Area[];
  readonly patterns: readonly RoutingPattern[];
  /** Nobody has declared the parts: they are what discovery says. */
  readonly discovered?: boolean;
}

/** Less than this is a file that is changed all the time, or one word of many. */
const FAINT = 0.1;

/** How much each kind of reason counts towards an area. */
const WEIGHT = { named: 1, pattern: 0.6, patternInSpec: 0.3, called: 0.5, files: 1 };

/** @param text read by `readText`, @param task the same task */
export function route(
  task: { readonly title: string; readonly spec: string },
  text: ReadText,
  ground: Ground,
): Route {
  const { areas, patterns } = ground;
  const owners = bothOwnersOf(areas);
  const likely = likelyFiles(text, ground);
  const { matches, warnings } = matchPatterns(patterns, {
    title: task.title.slice(0, 1_000),
    spec: task.spec.slice(0, SPEC_CHARS),
  });
  const files = likely
    .filter((file) => file.score >= SHOWN)
    .map((file) => ({ ...file, shared: sharedKey(owners.of(file.path)) }));
  const weighed = areas
    .map((area) => weigh(area, text, likely, matches, owners))
    .filter(({ score }) => score >= FAINT)
    .toSorted((one, other) => other.score - one.score);
  const [best, ...others] = weighed.filter(({ area }) => area.section !== undefined);
  return {
    section: best?.area.section ?? null,
    reason: best?.reason ?? nothingFits(areas),
    paths: best?.area.paths ?? [],
    files,
    shared: sharedTouched(files, areas, best?.area, owners),
    alternatives: others.flatMap(({ area, reason }) =>
      area.section ? [{ section: area.section, reason }] : [],
    ),
    warnings: [
      ...(text.cut ? [`only the first ${SPEC_CHARS} characters of the specification were read`] : []),
      ...warnings,
      ...unknownSections(patterns, areas),
      ...sectionless(weighed[0]?.area, owners, ground.discovered === true),
    ],
  };
}

/** What somebody chose who was shown a route. */
export interface Choice {
  /** Null for none of them; undefined where nothing was chosen. */
  readonly section: AreaSection | null | undefined;
  /** Of main, the likeliest first; none where they are as they were. */
  readonly files: readonly string[];
  readonly reason: string;
}

/** The same route with another section and other files. What these touch follows from them as before. */
export function choose(routed: Route, { section, files, reason }: Choice, { areas }: Ground): Route {
  const owners = bothOwnersOf(areas);
  const chosen = section === undefined ? routed.section : section;
  const area = areas.find((one) => one.section !== undefined && one.section.id === chosen?.id);
  const before = new Map(routed.files.map((file) => [file.path, file]));
  const now = files.map((path): RoutedFile => {
    const known = before.get(path) ?? { path, why: 'model', score: 0, shared: sharedKey(owners.of(path)) };
    return { ...known, score: Math.max(known.score, SURE) };
  });
  const shown = now.length > 0 ? now : routed.files;
  const others = routed.section ? [{ section: routed.section, reason: routed.reason }] : [];
  return {
    ...routed,
    section: chosen,
    reason: section === undefined ? routed.reason : reason,
    paths: area?.paths ?? [],
    files: shown,
    shared: sharedTouched(shown, areas, area, owners),
    alternatives: [...others, ...routed.alternatives].filter((one) => one.section.id !== chosen?.id),
  };
}

export interface Guess {
  /** Files of main that a task without paths is likely enough to change. */
  readonly pathsInferred: readonly string[];
  /** All that it may change, with the chance of each. */
  readonly likely: readonly (readonly [path: string, chance: number])[];
}

export function guess(text: ReadText, evidence: Evidence): Guess {
  const files = likelyFiles(text, evidence);
  return {
    pathsInferred: files.filter(({ score }) => score >= SURE).map(({ path }) => path),
    likely: files.map(({ path, score }) => [path, chanceOf(score)]),
  };
}

/** Where scores of 0.15, 0.45 and 0.75 were given, 6, 20 and 55 of a hundred files were changed (trpc and preact). */
const chanceOf = (score: number) => Number((score ** 1.5).toFixed(4));

const sharedKey = (area: Area | undefined) => (area?.shared ? area.key : null);

interface Weighed {
  readonly area: Area;
  readonly score: number;
  readonly reason: string;
}

function weigh(
  area: Area,
  { names, words }: ReadText,
  likely: readonly LikelyFile[],
  matches: readonly Match[],
  owners: Owners,
): Weighed {
  const place = placeOf(area);
  const modifies = place === '' ? '' : `, likely modifies ${place}`;
  const owner = area.section ? owners.sectionOf : owners.of;
  const own = likely.filter((file) => owner(file.path) === area);
  const named = own.find((file) => file.why === 'named' && names.some((name) => file.path.endsWith(name)));
  const match = matches.find((one) => isOf(area, one.section));
  const title = wordsOf(area.section?.name ?? area.title);
  const said = title.length > 0 && title.every((word) => words.has(word));
  const share = sumOf(own) / (sumOf(likely) || 1);
  const reasons: readonly [number, string][] = [
    [named ? WEIGHT.named * named.score : 0, `Task names ${named?.path}, which is in ${place}`],
    [
      match ? (match.inTitle ? WEIGHT.pattern : WEIGHT.patternInSpec) : 0,
      `Task mentions "${match?.said}"${modifies}`,
    ],
    [said ? WEIGHT.called : 0, `Task mentions "${area.section?.name ?? area.title}"${modifies}`],
    // What nothing but weak signs speaks for counts for little.
    [WEIGHT.files * share * (likely[0]?.score ?? 0) ** 0.5, `${spokenFor(own)} lead to ${place}`],
  ];
  // In the order of what a person can check, not of what counts most.
  const [, reason] = reasons.find(([score]) => score > 0) ?? [0, ''];
  return { area, score: reasons.reduce((sum, [score]) => sum + score, 0), reason: oneLine(reason) };
}

const isOf = (area: Area, name: string) =>
  isCalled(area, name) ||
  (area.section !== undefined && isCalled({ key: '', title: area.section.name }, name));

const sumOf = (files: readonly LikelyFile[]) => files.reduce((sum, { score }) => sum + score, 0);

/** What speaks for files, as the subject of a sentence. */
function spokenFor([first]: readonly LikelyFile[]): string {
  if (first?.why === 'words') return 'Words of the task in names of files';
  if (first?.why === 'symbol') return 'Names of the task in the code';
  if (first?.why === 'named') return 'Names of files in the task';
  return 'Earlier commits like the task';
}

function sharedTouched(
  files: readonly RoutedFile[],
  areas: readonly Area[],
  chosen: Area | undefined,
  owners: Owners,
): SharedTouched[] {
  const keys = new Set(files.map((file) => file.shared).filter((key) => key !== null));
  return areas
    .filter((area) => area.shared && keys.has(area.key))
    .map((area) => ({
      key: area.key,
      section: around(area, owners)?.section ?? null,
      paths: area.paths,
      affects: area.usedBy.filter((title) => chosen === undefined || !isOf(chosen, title)),
    }));
}

function nothingFits(areas: readonly Area[]): string {
  if (areas.every((area) => area.section === undefined)) return 'There are no sections yet';
  return 'Nothing in the task speaks for one of the sections';
}

function unknownSections(patterns: readonly RoutingPattern[], areas: readonly Area[]): string[] {
  const known = new Set(
    areas.flatMap(({ key, title, section }) => [key, title, ...(section ? [section.name] : [])].map(plain)),
  );
  const unknown = new Set(patterns.map(({ section }) => section).filter((name) => !known.has(plain(name))));
  return [...unknown].map((name) => `a routing pattern leads to "${oneLine(name)}", which is no section`);
}

function sectionless(area: Area | undefined, owners: Owners, discovered: boolean): string[] {
  if (area === undefined || around(area, owners)?.section !== undefined) return [];
  const remedy = discovered ? 'steroids init --monorepo' : 'steroids structure analyze';
  return [`most speaks for ${area.title} (${placeOf(area)}), which has no section: ${remedy}`];
}
