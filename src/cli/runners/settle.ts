// What a person makes of an analysis of conflicts: go on, change the tasks first, one after the other, or nothing.

import type { AnalysisQuestion } from '../../analysis/analyst.ts';
import type { ConflictAnalysis } from '../../analysis/conflictAnalysis.ts';
import { type Order, orderApart, pairsOf } from '../../analysis/order.ts';
import { orderTasks } from '../../orchestrator/orderTasks.ts';
import type { Project } from '../../orchestrator/project.ts';
import type { Context } from '../command.ts';
import { askYesNo } from '../yesNo.ts';
import { adjustTasks } from './adjust.ts';

export interface Matter {
  readonly question: AnalysisQuestion;
  readonly analysis: ConflictAnalysis;
}

/** A question that a yes answers. */
export interface Simple {
  readonly text: string;
  /** What a no leads to: all choices, or nothing at all. */
  readonly no: 'choices' | 'cancelled';
}

export interface Dialogue {
  /** Undefined where there is more to decide than yes or no. */
  readonly simply: (matter: Matter) => Simple | undefined;
  /** Analyzes again and shows what comes of it. */
  readonly again: () => Promise<Matter>;
}

export type Settled =
  /** `simply`: the question was answered with yes. */
  | { readonly kind: 'simply'; readonly matter: Matter; readonly ordered: readonly Order[] }
  | { readonly kind: 'anyway'; readonly matter: Matter; readonly ordered: readonly Order[] }
  | { readonly kind: 'cancelled' };

/** @param yes answers as somebody would who wants to go on */
export async function settle(
  context: Context,
  project: Project,
  first: Matter,
  { simply, again }: Dialogue,
  yes = false,
): Promise<Settled> {
  for (let matter = first; ; matter = await again()) {
    const simple = simply(matter);
    if (yes) return { kind: simple ? 'simply' : 'anyway', matter, ordered: [] };
    if (simple) {
      if (await agrees(context, simple.text)) return { kind: 'simply', matter, ordered: [] };
      if (simple.no === 'cancelled') return { kind: 'cancelled' };
    }
    const choice = await choose(context);
    if (choice === 'cancel') return { kind: 'cancelled' };
    if (choice === 'proceed') return { kind: 'anyway', matter, ordered: [] };
    if (choice === 'one') {
      const ordered = await inTurn(context, project, matter);
      return { kind: 'anyway', matter, ordered };
    }
    await adjustTasks(context, project, matter);
  }
}

/** Who goes away has not agreed. */
async function agrees(context: Context, question: string): Promise<boolean> {
  return (await askYesNo(question, true, context.ask, context.narrate)) ?? false;
}

const CHOICES = ['proceed', 'adjust', 'one', 'cancel'] as const;

async function choose(context: Context): Promise<(typeof CHOICES)[number]> {
  context.narrate('\n[Proceed Anyway]  [Adjust Sections]  [One After the Other]  [Cancel]');
  for (;;) {
    const answer = await context.ask('Choice [cancel]: ');
    if (answer === undefined || answer === '') return 'cancel';
    const word = answer.toLowerCase().split(/\s/)[0] ?? '';
    const choice = CHOICES.find((one) => one.startsWith(word));
    if (choice) return choice;
    context.narrate('One of: p (proceed anyway), a (adjust), o (one after the other), c (cancel).');
  }
}

async function inTurn(context: Context, project: Project, { question, analysis }: Matter) {
  const orders = orderApart(question, pairsOf(analysis));
  await orderTasks(project, orders);
  for (const { task, after } of orders) context.narrate(`✓ ${task} comes after ${after}`);
  if (orders.length === 0)
    context.narrate('There is nothing to put in order: what conflicts has begun already.');
  return orders;
}
