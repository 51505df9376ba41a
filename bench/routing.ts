// Routing, tried on the history of any repository: each of the last commits' subjects is a task, and what it changed is
// guessed from the state before it. The baseline names what was changed most often until then.

import { realpathSync } from 'node:fs';
import path from 'node:path';
import { type CommitPaths, listCommitPaths } from '../src/git/changes.ts';
import { type Git, openGit } from '../src/git/client.ts';
import { findSymbols } from '../src/git/mentions.ts';
import { listFiles } from '../src/git/tree.ts';
import { discoveredParts } from '../src/structure/discoveredParts.ts';
import { type Route, route, SHOWN, SURE } from '../src/structure/route.ts';
import { type Area, type AreaSection, areasOf, ownersOf } from '../src/structure/routeAreas.ts';
import { FileIndex, likelyFiles } from '../src/structure/routeFiles.ts';
import { routeOn } from '../src/structure/routeGround.ts';
import { History } from '../src/structure/routeHistory.ts';
import { readText } from '../src/structure/routeText.ts';
import { toSha } from '../src/task/ids.ts';
import { figuresOf } from './measure.ts';
import type { Options } from './options.ts';
import { inTemporaryFolder } from './place.ts';
import type { Comparison, Report } from './report.ts';

/** As the product keeps of main's history. */
const BEFORE = 2_000;
const SYMBOLS_MS = 5_000;
const TOP = 10;

/** What makes a folder a component here, as discovery would say: the outermost one with a manifest of its own. */
const MANIFEST = /(^|\/)(package\.json|Cargo\.toml|go\.mod|pyproject\.toml|pom\.xml|build\.gradle(\.kts)?)$/;

interface Trial {
  /** Shares of 100. */
  readonly recall: number;
  readonly precision: number;
  /** Of those that are shown, and of those that count as the task's paths; undefined where there are none. */
  readonly shown: number | undefined;
  readonly sure: number | undefined;
  readonly baseRecall: number;
  readonly basePrecision: number;
  /** Undefined where most of what was changed is in no section. */
  readonly section: Judged | undefined;
  readonly ms: number;
  readonly indexMs: number;
}

interface Judged {
  readonly right: boolean;
  /** The same with parts and patterns of discovery, as where no structure.yaml says them. */
  readonly discoveredRight: boolean;
  readonly baseRight: boolean;
  readonly discoveryMs: number;
}

export async function measure(options: Options): Promise<Report> {
  const repo = realpathSync(options.text('repo'));
  const count = options.number('commits', 300);
  const git = openGit(repo, process.env);
  const began = performance.now();
  const commits = await listCommitPaths(git, 'HEAD', BEFORE + count);
  const readMs = performance.now() - began;
  const trials = await inTemporaryFolder(({ cwd }) =>
    tryAll(git, commits, count, path.join(cwd, 'parts.json')),
  );
  if (trials.length === 0) throw new TypeError(`none of the last ${count} commits can be tried`);
  return {
    benchmark: 'routing',
    settings: { repo, commits: count, tried: trials.length, history: commits.length },
    comparisons: compare(trials, readMs),
  };
}

/** The history grows commit by commit, and each is tried before it is added. */
async function tryAll(
  git: Git,
  commits: readonly CommitPaths[],
  count: number,
  cache: string,
): Promise<Trial[]> {
  const history = new History();
  const trials: Trial[] = [];
  for (const [index, commit] of commits.entries()) {
    if (index >= commits.length - count && commit.parent !== undefined) {
      const trial = await tryOne(git, commit, commit.parent, history, cache);
      if (trial) trials.push(trial);
    }
    history.add(commit);
  }
  return trials;
}

/** @returns undefined for a commit that only adds files: they could not be named */
async function tryOne(
  git: Git,
  commit: CommitPaths,
  parent: string,
  history: History,
  cache: string,
): Promise<Trial | undefined> {
  const paths = await listFiles(git, parent);
  const known = new Set(paths);
  const changed = new Set(commit.paths.filter((path) => known.has(path)));
  if (changed.size === 0) return undefined;
  const task = { title: commit.subject, spec: '' };
  const sections = sectionsBy(paths);
  const areas = areasOf(sections, []);
  const began = performance.now();
  const files = new FileIndex(paths);
  const indexed = performance.now();
  const text = readText(task);
  const mentions = await findSymbols(git, parent, text.symbols, SYMBOLS_MS);
  const evidence = { files, history, mentions };
  const routed = route(task, text, { ...evidence, areas, patterns: [] });
  const ms = performance.now() - indexed;
  const asked = performance.now();
  const described = { ...(await discoveredParts(git, cache, toSha(parent))), discovered: true };
  const discoveryMs = performance.now() - asked;
  const discovered = routeOn(task, text, evidence, sections, described).routed;
  const guessed = likelyFiles(text, evidence);
  const often = paths
    .map((path) => ({ path, count: history.count(path) }))
    .toSorted((one, other) => other.count - one.count)
    .slice(0, TOP);
  const shareOf = (found: readonly { readonly path: string }[], of: number) =>
    (100 * found.filter(({ path }) => changed.has(path)).length) / of;
  const precisionFrom = (score: number) => {
    const found = guessed.filter((file) => file.score >= score);
    return found.length > 0 ? shareOf(found, found.length) : undefined;
  };
  return {
    recall: shareOf(guessed, changed.size),
    precision: guessed.length > 0 ? shareOf(guessed, guessed.length) : 0,
    shown: precisionFrom(SHOWN),
    sure: precisionFrom(SURE),
    baseRecall: shareOf(often, changed.size),
    basePrecision: shareOf(often, TOP),
    section: judgeSection({ routed, discovered, discoveryMs }, areas, changed, paths, history),
    ms,
    indexMs: indexed - began,
  };
}

interface Routes {
  readonly routed: Route;
  readonly discovered: Route;
  readonly discoveryMs: number;
}

/** Right is a section with as many of the changed files as any has. */
function judgeSection(
  { routed, discovered, discoveryMs }: Routes,
  areas: readonly Area[],
  changed: ReadonlySet<string>,
  paths: readonly string[],
  history: History,
): Trial['section'] {
  const owner = ownersOf(areas);
  const nameOf = (path: string) => owner(path)?.key;
  const votes = votesOf([...changed].map((path) => [nameOf(path), 1]));
  const most = Math.max(...votes.values());
  if (votes.get(undefined) === most) return undefined;
  const touched = paths.filter((path) => history.count(path) > 0);
  const ofAll = votesOf(touched.map((path) => [nameOf(path), history.count(path)]));
  ofAll.delete(undefined);
  const [often] = [...ofAll].toSorted(([, one], [, other]) => other - one)[0] ?? [];
  const isRight = ({ section }: Route) => votes.get(section?.name) === most;
  return {
    right: isRight(routed),
    discoveredRight: isRight(discovered),
    baseRight: votes.get(often) === most,
    discoveryMs,
  };
}

function votesOf(pairs: readonly (readonly [string | undefined, number])[]): Map<string | undefined, number> {
  const votes = new Map<string | undefined, number>();
  for (const [name, count] of pairs) votes.set(name, (votes.get(name) ?? 0) + count);
  return votes;
}

/** A section for each component, else for each folder at the top. */
function sectionsBy(paths: readonly string[]): AreaSection[] {
  const manifests = paths
    .filter((path) => MANIFEST.test(path) && path.includes('/'))
    .map((path) => path.slice(0, path.lastIndexOf('/')))
    .toSorted((one, other) => one.length - other.length);
  const components = new Set<string>();
  for (const folder of manifests) if (!isBelow(folder, components)) components.add(folder);
  const folders = new Set(components);
  for (const path of paths)
    if (path.includes('/') && !isBelow(path, components)) folders.add(path.slice(0, path.indexOf('/')));
  return [...folders].map((name) => ({
    id: name,
    name,
    paths: [`${escaped(name)}/**`],
    exclusive: false,
  }));
}

const escaped = (name: string) => name.replaceAll(/[*?[\]\\]/g, '\\$&');

function isBelow(path: string, folders: ReadonlySet<string>): boolean {
  for (let end = path.indexOf('/'); end > 0; end = path.indexOf('/', end + 1))
    if (folders.has(path.slice(0, end))) return true;
  return folders.has(path);
}

function compare(trials: readonly Trial[], readMs: number): Comparison[] {
  const given = (pick: (trial: Trial) => number | undefined) =>
    figuresOf(trials.map(pick).filter((value) => value !== undefined));
  const percent = (
    what: string,
    ours: (trial: Trial) => number | undefined,
    theirs: (trial: Trial) => number | undefined,
    notes: readonly string[],
  ): Comparison => ({
    what,
    product: { name: 'routing', unit: '%', figures: given(ours) },
    baseline: { name: 'changed most often', unit: '%', figures: given(theirs) },
    by: 'mean',
    notes,
  });
  const [shown, sure] = [given((trial) => trial.shown), given((trial) => trial.sure)];
  const right = (yes: boolean | undefined) => (yes === undefined ? undefined : yes ? 100 : 0);
  const median = (pick: (trial: Trial) => number) => `${given(pick).median.toFixed(1)} ms`;
  return [
    percent(
      `recall@${TOP}: of the files that a commit changed and that were there, those named`,
      (one) => one.recall,
      (one) => one.baseRecall,
      [],
    ),
    percent(
      `precision@${TOP}: of the files named, those changed`,
      (one) => one.precision,
      (one) => one.basePrecision,
      [
        `of those that are shown (from ${SHOWN} on): ${shown.mean.toFixed(1)} %, in ${shown.values.length} commits`,
        `of those that become paths (from ${SURE} on): ${sure.mean.toFixed(1)} %, in ${sure.values.length} commits`,
      ],
    ),
    {
      ...percent(
        'right sections, with parts and patterns of discovery',
        (one) => right(one.section?.discoveredRight),
        (one) => right(one.section?.right),
        [
          `asking discovery takes ${median((one) => one.section?.discoveryMs ?? 0)} (median, most often kept)`,
        ],
      ),
      baseline: {
        name: 'sections alone',
        unit: '%',
        figures: given((one) => right(one.section?.right)),
      },
    },
    percent(
      'right sections',
      (one) => right(one.section?.right),
      (one) => right(one.section?.baseRight),
      [
        `a guess takes ${median((one) => one.ms)} (median, git's look for symbols included), indexing the files ${median((one) => one.indexMs)}, reading the history ${readMs.toFixed(0)} ms`,
      ],
    ),
  ];
}
