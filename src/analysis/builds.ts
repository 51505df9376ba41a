// What tasks share besides the files they change: packages that both are made of, dependencies, migrations, build outputs.

import { isLockfile, isManifest } from '../git/lockfiles.ts';
import { numbersOf } from '../git/migrations.ts';
import { tidied } from '../structure/overlap.ts';
import { SHOWN, SURE } from '../structure/route.ts';
import { isCalled, ownersOf } from '../structure/routeAreas.ts';
import { listed } from '../task/list.ts';
import type { AnalysisQuestion, AnalyzedPart, AnalyzedTask } from './analyst.ts';
import type { ConflictAnalysis } from './conflictAnalysis.ts';
import { calledAll, sectionOf, timesOf } from './meeting.ts';
import { type Pair, turnsOf } from './order.ts';

type BuildConflict = ConflictAnalysis['buildConflicts'][number];

const MOST_NAMES = 5;

export function buildConflicts(question: AnalysisQuestion): BuildConflict[] {
  return [...sharedParts(question), ...dependencies(question), ...migrations(question), ...outputs(question)];
}

/** Shared packages: who changes one, and who is made of it. */
function sharedParts(question: AnalysisQuestion): BuildConflict[] {
  const { parts, tasks } = question;
  const times = timesOf(question);
  const usedBy = usesOf(question);
  const turns = turnsOf(tasks);
  const changed: BuildConflict[] = [];
  const onlyUsed = new Map<string, AnalyzedPart[]>();
  for (const part of parts.filter(({ shared }) => shared)) {
    const changers = tasks.filter(({ shared }) => shared.includes(part.key));
    const users = tasks.filter((task) => !changers.includes(task) && usedBy(task).has(part.key));
    const sections = sectionsOf([...changers, ...users]);
    if (sections.length < 2 || !times.meet([...changers, ...users])) continue;
    const [first] = changers.toSorted((one, other) => (turns.get(one.id) ?? 0) - (turns.get(other.id) ?? 0));
    if (first === undefined) {
      const key = listed(sections, MOST_NAMES);
      onlyUsed.set(key, [...(onlyUsed.get(key) ?? []), part]);
    } else if (
      users.some((user) =>
        changers.some((one) => times.together(one, user) && sectionOf(one) !== sectionOf(user)),
      )
    )
      changed.push({
        description: `${calledAll(changers)} ${changers.length === 1 ? 'changes' : 'change'} the shared package '${part.title}', which tasks of ${listed(sectionsOf(users), MOST_NAMES)} build on`,
        risk: 'medium',
        mitigation: `Land ${first.id} first; what lands later is built and verified with it in any case`,
      });
  }
  const used = [...onlyUsed].map(([names, those]) => ({
    description: `${names} depend on the shared ${those.length === 1 ? 'package' : 'packages'} ${listed(
      those.map(({ title }) => `'${title}'`),
      MOST_NAMES,
    )}, which none of these tasks is likely to change`,
    risk: 'low' as const,
    mitigation: 'None is needed: each runner builds in a worktree of its own',
  }));
  return [...changed, ...used];
}

const sectionsOf = (tasks: readonly AnalyzedTask[]) => [...new Set(tasks.map(sectionOf))];

/** Keys of all parts that what a task works on is made of: of its likely files and paths, and of the part its section is called after. */
function usesOf({ parts, tasks }: AnalysisQuestion): (task: AnalyzedTask) => ReadonlySet<string> {
  const owner = ownersOf(parts);
  const byKey = new Map(parts.map((part) => [part.key, part]));
  const bySection = new Map(
    sectionsOf(tasks).map((name) => [name, parts.find((part) => isCalled(part, name))?.key]),
  );
  const known = new Map<AnalyzedTask, ReadonlySet<string>>();
  return (task) => {
    const before = known.get(task);
    if (before) return before;
    const paths = [
      ...task.likely.filter(({ likelihood }) => likelihood >= SURE).map(({ path }) => path),
      ...task.paths.map(tidied),
    ];
    const own = [bySection.get(sectionOf(task)), ...paths.map((path) => owner(path)?.key)];
    const reached = new Set(own.filter((key) => key !== undefined));
    for (const key of reached) for (const used of byKey.get(key)?.uses ?? []) reached.add(used);
    known.set(task, reached);
    return reached;
  };
}

/** Of other package managers than those whose lockfiles are made anew here. */
const OTHER_LOCKFILES =
  /(^|\/)(Cargo\.lock|go\.sum|poetry\.lock|uv\.lock|Pipfile\.lock|pdm\.lock|Gemfile\.lock|composer\.lock|mix\.lock|pubspec\.lock|Podfile\.lock|flake\.lock|gradle\.lockfile)$/;
const OTHER_MANIFESTS =
  /(^|\/)(Cargo\.toml|go\.mod|pyproject\.toml|requirements[^/]*\.txt|Pipfile|Gemfile|composer\.json|mix\.exs|pom\.xml|build\.gradle(\.kts)?)$/;
const ADDS_DEPENDENCY =
  /\b(add|install|upgrade|bump|update|remove|replace|migrate to)\b[^.\n]{0,60}\b(dependenc(y|ies)|npm package|librar(y|ies)|crates?|gems?)\b|\b(npm|pnpm|yarn|bun|cargo|poetry|uv|go|composer) (add|install|get|require)\b/i;

const isDependency = (path: string) =>
  isLockfile(path) || isManifest(path) || OTHER_LOCKFILES.test(path) || OTHER_MANIFESTS.test(path);

function dependencies(question: AnalysisQuestion): BuildConflict[] {
  const times = timesOf(question);
  const those = question.tasks.filter(
    (task) =>
      task.likely.some(({ path, likelihood }) => likelihood >= SURE && isDependency(path)) ||
      ADDS_DEPENDENCY.test(textOf(task)),
  );
  if (!times.meet(those)) return [];
  const others = those.some(({ likely }) =>
    likely.some(({ path }) => OTHER_LOCKFILES.test(path) || OTHER_MANIFESTS.test(path)),
  );
  return [
    {
      description: `${calledAll(those)} may change dependencies, and with them one lockfile`,
      risk: others ? 'medium' : 'low',
      mitigation: others
        ? 'Run them one after the other: only lockfiles of npm, pnpm, yarn and bun are made anew here'
        : 'None is needed: a lockfile that conflicts is made anew when the later one lands',
    },
  ];
}

function migrations(question: AnalysisQuestion): BuildConflict[] {
  const those = migratingIn(question);
  if (!timesOf(question).meet(those)) return [];
  return [
    {
      description: `${calledAll(those)} may each add a migration: of the same number, or in an order that matters`,
      risk: 'medium',
      mitigation: 'Run them one after the other; a number that is taken by then goes back to its coder',
    },
  ];
}

/** Tasks that may each add a migration, and be coded at the same time. */
export function migrationPairs(question: AnalysisQuestion): Pair[] {
  const times = timesOf(question);
  const those = migratingIn(question);
  return those.flatMap((one, at) =>
    those
      .slice(at + 1)
      .filter((other) => times.together(one, other) && !times.inTurn(one, other))
      .map((other) => ({ one: one.id, other: other.id })),
  );
}

function migratingIn(question: AnalysisQuestion): AnalyzedTask[] {
  const there =
    question.folders.some((folder) => numbersOf(`${folder}/1_x`).length > 0) ||
    question.tasks.some(({ likely }) => likely.some(({ path }) => numbersOf(path).length > 0));
  return question.tasks.filter(
    (task) =>
      task.likely.some(
        ({ path, likelihood }) =>
          likelihood >= (mentionsMigration(task) ? SHOWN : SURE) && numbersOf(path).length > 0,
      ) ||
      (there && mentionsMigration(task)),
  );
}

const mentionsMigration = (task: AnalyzedTask) => /\bmigrations?\b/i.test(textOf(task));

/** Paths below a folder that tools write. */
const OUTPUT =
  /(?<![\w.-])(?:[\w.-]+\/){0,6}(?:dist|build|out|target|generated|__generated__|\.next|coverage)\/[\w./-]*/g;

function outputs(question: AnalysisQuestion): BuildConflict[] {
  const times = timesOf(question);
  const naming = new Map<string, AnalyzedTask[]>();
  for (const task of question.tasks)
    for (const folder of outputsIn(task)) naming.set(folder, [...(naming.get(folder) ?? []), task]);
  return [...naming]
    .filter(([, those]) => times.meet(those))
    .map(([folder, those]) => ({
      description: `${calledAll(those)} name the build output ${folder}`,
      risk: 'low',
      mitigation:
        'Builds do not meet, each has a worktree of its own; if it is committed, run them one after the other',
    }));
}

function outputsIn(task: AnalyzedTask): Set<string> {
  const found = [...textOf(task).matchAll(OUTPUT)].map(([path]) => path);
  const folder = (path: string) =>
    /^.*?(?:^|\/)(?:dist|build|out|target|generated|__generated__|\.next|coverage)\//.exec(path)?.[0] ?? path;
  return new Set(found.map(folder));
}

const textOf = ({ title, spec }: AnalyzedTask) => `${title}\n${spec}`;
