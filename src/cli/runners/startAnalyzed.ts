// After `runners analyze`: the runners that may work side by side are started, or what a person makes of it.

import { sectionOf } from '../../analysis/meeting.ts';
import { type Plan, pendingIn, planOf, sectionPairs, spoken, underWayIn } from '../../analysis/sections.ts';
import type { Project } from '../../orchestrator/project.ts';
import type { Runner } from '../../store/runners.ts';
import { Problem } from '../../task/problem.ts';
import type { Context } from '../command.ts';
import { backgroundText, startInBackground } from './inBackground.ts';
import { type Matter, type Settled, type Simple, settle } from './settle.ts';

export interface Started {
  readonly runners: readonly Runner[];
  /** Sections without one, and why. */
  readonly refused: readonly { readonly section: string; readonly reason: string }[];
  readonly ordered: Extract<Settled, { kind: 'anyway' }>['ordered'];
  /** One line for each, for people. */
  readonly lines: readonly string[];
}

/**
 * @param yes goes on with what is recommended, without asking
 * @param again analyzes again, after a person has changed something
 */
export async function startAnalyzed(
  context: Context,
  project: Project,
  first: Matter,
  yes: boolean,
  again: () => Promise<Matter>,
): Promise<Started> {
  const settled = await settle(context, project, first, { simply, again }, yes);
  if (settled.kind === 'cancelled')
    return { runners: [], refused: [], ordered: [], lines: ['Nothing was started.'] };
  const { matter, ordered } = settled;
  // Without being asked, nobody goes on beside what conflicts and is under way.
  const planned = settled.kind === 'simply' || (yes && underWayIn(matter.question).length > 0);
  const chosen = planned ? startableIn(matter) : pendingIn(matter.question);
  const started = await startRunners(context, project, matter, chosen);
  return { ...started, lines: chosen.length === 0 ? [HELD] : started.lines, ordered };
}

const planIn = ({ question, analysis }: Matter): Plan => planOf(question, sectionPairs(question, analysis));

const HELD = 'Nothing was started: what is pending conflicts with what is under way.';

function startableIn(matter: Matter): readonly string[] {
  const pending = pendingIn(matter.question);
  return planIn(matter).together.filter((section) => pending.includes(section));
}

/** Those that go well together, where that is all of them, or two at least. */
function simply(matter: Matter): Simple | undefined {
  const { together, later } = planIn(matter);
  const startable = startableIn(matter);
  if (startable.length === 0 || (later.length > 0 && together.length < 2)) return undefined;
  return {
    text: `\nProceed with ${startable.map(spoken).join(' + ')}?`,
    no: later.length > 0 ? 'choices' : 'cancelled',
  };
}

async function startRunners(
  context: Context,
  project: Project,
  { question }: Matter,
  sections: readonly string[],
): Promise<Omit<Started, 'ordered'>> {
  const runners: Runner[] = [];
  const refused: { section: string; reason: string }[] = [];
  const lines: string[] = [];
  for (const name of sections) {
    const unbound = question.tasks.some((task) => task.section === null && sectionOf(task) === name);
    if (unbound && sections.length > 1) {
      refused.push({ section: name, reason: 'a runner without --section would take tasks of all sections' });
      continue;
    }
    const words = unbound ? [] : ['--section', name];
    try {
      const runner = await startInBackground(context, project, ['runners', 'start', ...words]);
      runners.push(runner);
      lines.push(backgroundText(runner));
    } catch (error) {
      // Whoever has the place works on these tasks already.
      if (!(error instanceof Problem) || error.kind !== 'refused') throw error;
      refused.push({ section: name, reason: error.message });
    }
  }
  for (const { section, reason } of refused)
    lines.push(`No runner was started for ${spoken(section)}: ${reason}`);
  return { runners, refused, lines };
}
