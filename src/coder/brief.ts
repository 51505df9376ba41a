// What a coder is told, on standard input. Whatever others wrote stands in fences, which it cannot end, and has its bound.

import { type BriefPart, BUILT_IN_TEMPLATE, fillTemplate } from '../config/briefTemplate.ts';
import type { Feedback, Layout } from '../task/attempt.ts';
import type { Clash } from '../task/clash.ts';
import type { Task } from '../task/task.ts';
import {
  conflictsText,
  factsOf,
  name,
  othersText,
  RULES,
  SHOWN,
  startText,
  TOOLS,
  zoneText,
} from './briefParts.ts';
import { type Excerpt, lengthOf, type Passage, shareOut, tell } from './passage.ts';

export interface BriefInput {
  readonly task: Task;
  readonly attempt: number;
  readonly main: string;
  /** Where it is to work. */
  readonly zone: Place;
  /** What the repository asks of everybody who changes it. */
  readonly conventions: readonly Convention[];
  /** What became of each earlier attempt, oldest first. */
  readonly earlier: readonly { readonly number: number; readonly feedback: Feedback | null }[];
  readonly layout: Layout | null;
  /** Of a conflict: what main changed in its files, and what this branch did. */
  readonly sides: { readonly main: string; readonly own: string } | null;
  /** How the set-up failed on this branch, where it does not on main. */
  readonly setupFailure: string | null;
  /** Whether it has tools to say something back, besides the file. */
  readonly tools: boolean;
  /** Branches that change the same files. */
  readonly others: readonly Other[];
  /** Branches of other tasks that were seen to conflict with this one's, which is `one` of each. */
  readonly conflicts: readonly Conflicting[];
}

export interface Place {
  /** Globs that the task, its section or its zones are about. */
  readonly paths: readonly string[];
  /** What is other sections', or other zones'. */
  readonly others: readonly { readonly name: string; readonly paths: readonly string[] }[];
  /** Of its zones; empty where nobody speaks of zones. */
  readonly names: readonly string[];
  readonly packages: readonly { readonly folder: string; readonly scripts: readonly string[] }[];
  /** What becomes of a change outside. */
  readonly outside: 'warn' | 'fail' | 'reassign';
}

export interface Convention {
  readonly file: string;
  readonly text: string;
}

export interface Other {
  /** Of its task, or of its queue entry. */
  readonly id: string;
  readonly title: string;
  readonly files: readonly string[];
}

export interface Conflicting extends Clash {
  readonly id: string;
  readonly title: string;
}

export interface Writing {
  /** Null for the built-in one. */
  readonly template: string | null;
  /** Characters. */
  readonly limit: number;
  /** Where the whole of a passage can be read that was cut here; it is written there by the caller. */
  readonly placeOf: (name: string) => string;
}

export interface Brief {
  readonly text: string;
  /** What is not whole in it. */
  readonly cut: readonly Excerpt[];
}

const SETUP_FAILED = `The set-up fails on this branch

Nothing is installed here. Something that this branch changed (a lockfile?) breaks the set-up; mend that too.`;

const HEADINGS: Readonly<Record<Feedback['kind'], string>> = {
  rejected: 'the reviewer rejected it',
  outside: 'it changed files outside of its zone',
  conflicted: 'it conflicted with what landed meanwhile',
  unresolved: 'conflict markers were left in it',
  broken: 'its verification on top of main failed',
  unchanged: 'it changed nothing',
  failed: 'the coder failed',
  asked: 'its coder asked a person',
  interrupted: 'it was interrupted',
  note: 'a person left a note',
};

export function writeBrief(input: BriefInput, writing: Writing): Brief {
  const template = writing.template ?? BUILT_IN_TEMPLATE;
  const passages = passagesOf(input);
  const fixed: Readonly<Record<BriefPart, string>> = {
    title: name(input.task.title),
    task: factsOf(input),
    spec: '',
    zone: zoneText(input),
    conventions: '',
    others: [othersText(input.others), conflictsText(input.conflicts)].filter(Boolean).join('\n\n'),
    earlier: '',
    start: startText(input),
    rules: input.tools ? `${RULES}\n\n${TOOLS}` : RULES,
  };
  const own = template.length + Object.values(fixed).reduce((sum, text) => sum + text.length, 0);
  const room = writing.limit - own - passages.reduce((sum, passage) => sum + lengthOf(passage, writing), 0);
  const excerpts = shareOut(passages, Math.max(0, room));
  const textOf = (part: BriefPart) =>
    [
      ...(fixed[part] === '' ? [] : [fixed[part]]),
      ...excerpts.filter((one) => one.passage.part === part).map((one) => tell(one, writing.placeOf)),
    ].join('\n\n');
  const parts = Object.fromEntries(
    Object.keys(fixed).map((part) => [part, textOf(part as BriefPart)]),
  ) as Record<BriefPart, string>;
  return { text: fillTemplate(template, parts), cut: excerpts.filter((one) => one.left > 0) };
}

/** In the order in which they are told. The shares say who is cut first where not all of it fits. */
function passagesOf(input: BriefInput): Passage[] {
  const spec = input.task.spec.trim();
  const { sides, setupFailure } = input;
  const passages: Passage[] = [
    { part: 'spec', name: 'spec', heading: 'The task', text: spec, language: 'markdown', share: 40 },
    ...input.conventions.map(({ file, text }, index, { length }) => ({
      part: 'conventions' as const,
      name: `conventions-${index + 1}`,
      heading: `Conventions of this repository: ${name(file)}`,
      text,
      language: 'markdown',
      share: 15 / length,
    })),
    ...earlierPassages(input.earlier),
    ...(sides === null
      ? []
      : [
          sidePassage('main', `What ${input.main} changed in these files`, sides.main),
          sidePassage('own', 'What your branch changed in them', sides.own),
        ]),
    {
      part: 'start',
      name: 'setup',
      heading: SETUP_FAILED,
      text: setupFailure ?? '',
      language: '',
      share: 5,
      ending: true,
    },
  ];
  return passages.filter((passage) => passage.text.trim() !== '');
}

const sidePassage = (which: string, heading: string, text: string): Passage => ({
  part: 'start',
  name: `conflict-${which}`,
  heading,
  text,
  language: 'diff',
  share: 8,
});

/** The last ones have the most to say to the next coder. */
function earlierPassages(earlier: BriefInput['earlier']): Passage[] {
  const told = earlier.flatMap(({ number, feedback }) =>
    unfold(feedback).map((one, index) => ({ number, index, one })),
  );
  const shown = told.slice(-SHOWN);
  return shown.map(({ number, index, one }, at) => ({
    part: 'earlier',
    name: `attempt-${number}${index === 0 ? '' : `-${index + 1}`}`,
    heading: `Attempt ${number}: ${HEADINGS[one.kind]}`,
    text: one.text,
    language: '',
    share: at === shown.length - 1 ? 15 : 10 / shown.length,
    // A log says at its end what was wrong, a reviewer at the beginning.
    ending: !['rejected', 'outside', 'note'].includes(one.kind),
  }));
}

/** A note stands on top of what it was added to. */
function unfold(feedback: Feedback | null): Feedback[] {
  if (feedback === null) return [];
  return [...unfold(feedback.before ?? null), feedback];
}
