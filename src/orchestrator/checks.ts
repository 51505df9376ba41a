// What a candidate's verification runs: each command of the configuration, or only where the candidate changes something.

import { suggestion } from '../config/near.ts';
import type { VerifyConfig } from '../config/schema.ts';
import { pathsBetween } from '../git/changedPaths.ts';
import type { Check } from '../merge/verify.ts';
import { affectedBy, isPart } from '../structure/affected.ts';
import type { Component } from '../structure/component.ts';
import { discover } from '../structure/discover.ts';
import { DISCOVERERS } from '../structure/discoverers.ts';
import { treeOfCommit } from '../structure/fromCommit.ts';
import { keyOf } from '../structure/structureFile.ts';
import { Problem } from '../task/problem.ts';
import type { Gate } from './gate.ts';
import type { Candidate } from './landEntry.ts';
import type { Grounds } from './project.ts';

type CheckConfig = Exclude<VerifyConfig, string | readonly string[]>;

/**
 * The structure is that of the candidate itself: what it makes depend on something is affected by that already.
 * @throws Problem `unknown-component` where `merge.verify` names one that the candidate does not have
 */
export async function checksOf(
  project: Grounds,
  gate: Gate,
  candidate: Pick<Candidate, 'base' | 'commit'>,
): Promise<readonly Check[]> {
  const { verify } = gate.config.merge;
  let concerned: Concerned | undefined;
  const checks: Check[] = [];
  for (const given of verify) {
    const one = settingsOf(given);
    const whole: Check = { command: one.command, folder: '', environment: {}, expect: one.expect };
    if (one.affected === undefined) {
      checks.push(whole);
      continue;
    }
    concerned ??= await concernedBy(project, candidate);
    requireKnown(one, concerned.all);
    if (one.affected === 'once')
      checks.push({ ...whole, environment: toldOnce(candidate, concerned.affected) });
    else checks.push(...concerned.affected.flatMap((component) => checkOf(one, component)));
  }
  return checks;
}

function settingsOf(given: VerifyConfig): CheckConfig {
  return typeof given === 'object' && 'command' in given ? given : { command: given, components: {} };
}

interface Concerned {
  readonly all: readonly Component[];
  readonly affected: readonly Component[];
}

async function concernedBy(
  project: Grounds,
  { base, commit }: Pick<Candidate, 'base' | 'commit'>,
): Promise<Concerned> {
  const own = await project.own();
  const structure = await discover(await treeOfCommit(own, commit), DISCOVERERS);
  const parts = structure.components.filter(isPart);
  // Without parts, the root is all there is.
  const all = parts.length > 0 ? parts : structure.components;
  const affected = affectedBy(await pathsBetween(own, base, commit), structure);
  return { all, affected: affected.kind === 'all' ? all : affected.components };
}

function checkOf(one: CheckConfig, component: Component): Check[] {
  const own = Object.entries(one.components).find(([name]) => isCalled(name, component));
  const command = own?.[1] ?? one.command;
  return command === 'skip' ? [] : [{ command, folder: component.path, environment: {}, expect: one.expect }];
}

/** For tools that find out by themselves: between these two, also when main by itself is verified. */
function toldOnce(
  candidate: Pick<Candidate, 'base' | 'commit'>,
  affected: readonly Component[],
): Check['environment'] {
  return {
    STEROIDS_AFFECTED: affected.map((component) => component.key).join(' '),
    STEROIDS_BASE_COMMIT: candidate.base,
    STEROIDS_HEAD_COMMIT: candidate.commit,
  };
}

/** By its key, or by what people see of it: its title, as a section is called, or its folder. */
function isCalled(name: string, { key, title, path }: Component): boolean {
  return name === key || name.replace(/\/+$/, '') === path || keyOf(name) === keyOf(title);
}

function requireKnown({ components }: CheckConfig, all: readonly Component[]): void {
  const unknown = Object.keys(components).find((name) => !all.some((one) => isCalled(name, one)));
  if (unknown === undefined) return;
  const meant = suggestion(
    unknown,
    all.map(({ key }) => key),
  );
  // The queue pauses with the sentence alone.
  const sentence = `merge.verify names the component "${unknown}", which is not there${meant ? `. ${meant}` : ''}`;
  throw new Problem('config', 'unknown-component', sentence, 'steroids structure show');
}
