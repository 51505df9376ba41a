// Whether a task may be started now: the rules between tasks, as one function of what is held.

import { listed } from './list.ts';
import { printable } from './quote.ts';
import { type Holding, holdingsOf, type Rules, type Scene, type Touches } from './schedule.ts';
import { isSameName, type Zone } from './zone.ts';

export interface Startable {
  readonly id: string;
  readonly section: {
    readonly id: string;
    readonly name: string;
    readonly exclusive: boolean;
    readonly maxRunners: number;
  } | null;
  /** All that it touches. */
  readonly zones: readonly Zone[];
  /** What others have of the files that it is to change; nothing where files are not locked. */
  readonly lockedFiles?: readonly LockedFile[];
  /** What it changes or is likely to; undefined where nobody asks. */
  readonly touches?: Touches;
}

export interface LockedFile {
  /** A file, or globs that overlap with its own. */
  readonly path: string;
  /** `task:ID` */
  readonly holder: string;
}

/** What scheduling goes by, where predictions hold tasks back. */
export interface Schedule extends Scene {
  readonly rules: Rules;
}

/** Who would start it. */
export interface Starter {
  /** `runner:ID` */
  readonly holder: string;
  /** Ids of the only sections whose tasks it takes; empty for all. */
  readonly sections: readonly string[];
  /** Names of the only zones whose tasks it takes; empty for all. */
  readonly zones: readonly string[];
}

/** What a task or a runner has now. A wish to be alone that has expired is left out by the caller. */
export interface Held {
  readonly kind: 'project' | 'section' | 'zone';
  /** A section's id, a zone's name; empty for the project. */
  readonly name: string;
  readonly mode: 'shared' | 'exclusive' | 'intent';
  /** `task:ID` or `runner:ID` */
  readonly holder: string;
}

export type Refusal =
  | { readonly code: 'other-section'; readonly sentence: string }
  | { readonly code: 'other-zone'; readonly sentence: string }
  | { readonly code: 'section-busy'; readonly sentence: string; readonly holders: readonly string[] }
  | {
      readonly code: 'zone-busy';
      readonly sentence: string;
      readonly zone: Zone;
      readonly holders: readonly string[];
    }
  | {
      readonly code: 'file-locked';
      readonly sentence: string;
      /** Of one holder. */
      readonly paths: readonly string[];
      readonly holders: readonly string[];
    }
  | {
      readonly code: 'exclusive';
      readonly sentence: string;
      /** Another one is alone, this one is to be, or another one waits to be. */
      readonly why: 'alone' | 'others' | 'waiting';
      readonly holders: readonly string[];
    }
  | { readonly code: 'conflict'; readonly sentence: string; readonly holding: Holding };

/**
 * `canStartTask` of the specification.
 * @param starter null to ask whether anybody might
 * @param schedule undefined where predictions hold nobody back
 * @returns every reason against it; empty when it may start
 */
export function canStartTask(
  task: Startable,
  starter: Starter | null,
  held: readonly Held[],
  schedule?: Schedule,
): Refusal[] {
  return [
    ...notItsOwn(task, starter),
    ...sectionRefusals(task, starter, held),
    ...zoneRefusals(task.zones, isExclusive(task), starter?.holder, held),
    ...fileRefusals(task),
    ...exclusiveRefusals(task, held),
    ...conflictRefusals(task, schedule),
  ];
}

/** What is alone while it runs, because of its section or of a zone. */
export function isExclusive(task: Startable): boolean {
  return task.section?.exclusive === true || task.zones.some((zone) => zone.exclusive);
}

function notItsOwn({ section, zones }: Startable, starter: Starter | null): Refusal[] {
  if (starter === null) return [];
  const refusals: Refusal[] = [];
  if (starter.sections.length > 0 && !starter.sections.includes(section?.id ?? ''))
    refusals.push({
      code: 'other-section',
      sentence: `it is ${section === null ? 'in no section' : `in section "${section.name}"`}, and the runner takes other ones`,
    });
  if (!isOfZones(zones, starter.zones)) {
    const where =
      zones.length === 0
        ? 'in no zone'
        : `in ${named(
            'zone',
            zones.map((zone) => zone.name),
          )}`;
    refusals.push({
      code: 'other-zone',
      sentence: `it is ${where}, and the runner takes only ${named('zone', starter.zones)}`,
    });
  }
  return refusals;
}

/** Whether a task that touches `zones` is one of those that somebody takes who takes `only` these. */
export function isOfZones(zones: readonly Zone[], only: readonly string[]): boolean {
  return only.length === 0 || zones.some((zone) => only.some((name) => isSameName(name, zone.name)));
}

function sectionRefusals({ section }: Startable, starter: Starter | null, held: readonly Held[]): Refusal[] {
  if (section === null) return [];
  const holders = holdersOf(held, 'section', section.id);
  if (holders.length < section.maxRunners || holders.includes(starter?.holder ?? '')) return [];
  return [
    {
      code: 'section-busy',
      sentence: `section "${section.name}" takes ${section.maxRunners} at a time`,
      holders,
    },
  ];
}

/**
 * Which of a task's zones have no place. A task that will be alone asks only for its exclusive ones: nobody works in the others
 * while it runs, and to wait until all of them happen to be free at once might be for ever.
 * @param holder who would have them; what it has already does not keep it out
 */
export function zoneRefusals(
  zones: readonly Zone[],
  alone: boolean,
  holder: string | undefined,
  held: readonly Held[],
): Extract<Refusal, { code: 'zone-busy' }>[] {
  return zones
    .filter((zone) => zone.exclusive || !alone)
    .flatMap((zone) => {
      const holders = holdersOf(held, 'zone', zone.name);
      if (holders.length < zone.maxRunners || (holder !== undefined && holders.includes(holder))) return [];
      const sentence = `zone "${zone.name}" takes ${zone.maxRunners} at a time`;
      return [{ code: 'zone-busy', sentence, zone, holders }];
    });
}

/** One for each who has some of its files. What will be alone waits until nobody has any. */
function fileRefusals(task: Startable): Refusal[] {
  if (isExclusive(task)) return [];
  const byHolder = Map.groupBy(task.lockedFiles ?? [], ({ holder }) => holder);
  return [...byHolder].map(([holder, files]) => {
    const paths = files.map(({ path }) => path);
    const sentence = `${listed(paths, 5)} ${paths.length === 1 ? 'is' : 'are'} locked until another task has landed`;
    return { code: 'file-locked', sentence, paths, holders: [holder] };
  });
}

function exclusiveRefusals(task: Startable, held: readonly Held[]): Refusal[] {
  const others = held.filter((one) => one.kind === 'project' && one.holder !== `task:${task.id}`);
  const refusal = (why: 'alone' | 'others' | 'waiting', mode: Held['mode'], sentence: string): Refusal[] => {
    const holders = others.filter((one) => one.mode === mode).map(({ holder }) => holder);
    return holders.length === 0 ? [] : [{ code: 'exclusive', why, sentence, holders }];
  };
  const [first] = [
    ...refusal('alone', 'exclusive', 'another task is alone until it has landed'),
    ...(isExclusive(task) ? refusal('others', 'shared', 'it is to be alone, and others are under way') : []),
    ...refusal('waiting', 'intent', 'another one waits to be alone, so nothing new starts'),
  ];
  return first ? [first] : [];
}

/** One that is to be alone waits for everybody anyhow. */
function conflictRefusals(task: Startable, schedule: Schedule | undefined): Refusal[] {
  if (schedule === undefined || task.touches === undefined || isExclusive(task)) return [];
  return holdingsOf({ id: task.id, touches: task.touches }, schedule, schedule.rules).map((holding) => ({
    code: 'conflict',
    sentence: conflictSentence(holding),
    holding,
  }));
}

const SHOWN_PATHS = 3;

function conflictSentence({ why, by, chance, paths }: Holding): string {
  const files = listed(paths.map(printable), SHOWN_PATHS);
  const where = files === '' ? '' : ` in ${files}`;
  const percent = chance < 1 ? ` (${Math.max(1, Math.round(chance * 100))} %)` : '';
  const said =
    by === 'history'
      ? `their changes have conflicted before${where}`
      : by === null
        ? `both may change ${files}${percent}`
        : `${printable(by)} expects a conflict${where}`;
  return why === 'under-way' ? said : `${said}, and that one was held back too long, so it goes first`;
}

function holdersOf(held: readonly Held[], kind: Held['kind'], name: string): string[] {
  return held.filter((one) => one.kind === kind && isSameName(one.name, name)).map(({ holder }) => holder);
}

/** `zone "a"`, `zones "a" and "b"` … */
export function named(what: string, names: readonly string[]): string {
  const quoted = names.map((name) => `"${name}"`);
  return `${what}${names.length === 1 ? '' : 's'} ${listed(quoted, 10)}`;
}
