import { namedAnalyst } from '../../config/analysts.ts';
import { Problem } from '../../task/problem.ts';
import { readWording } from '../analysts.ts';
import type { Gate } from '../gate.ts';
import { missingKey } from '../missingKey.ts';
import { checkAnalyst } from '../preflight.ts';
import type { Grounds } from '../project.ts';
import { type Checkup, ok, warning } from './checkup.ts';

/** Whether whoever is asked about conflicts can be. Warnings, all of them: the static analyst speaks without them. */
export async function checkAnalysis(grounds: Grounds, gate: Gate): Promise<Checkup[]> {
  const { analysts, template } = gate.config.analysis;
  const checks = [
    ...(template === undefined ? [] : [() => readWording(grounds, gate)]),
    ...analysts.map((name) => () => checkAnalyst(grounds, gate, name)),
  ];
  const wrong = (await Promise.all(checks.map(mistakeOf))).flat();
  const keyless = await Promise.all(analysts.map((name) => withoutKey(grounds, gate, name)));
  const found = [...wrong, ...keyless.flat()];
  if (checks.length === 0 || found.length > 0) return found;
  const asked = ['static', ...analysts].join(', ');
  return [ok('analysis', `${asked}${template === undefined ? '' : `, in the words of ${template}`}`)];
}

async function mistakeOf(check: () => Promise<unknown>): Promise<Checkup[]> {
  try {
    await check();
    return [];
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return [warning('analysis', error.message, error.hint ?? '')];
  }
}

async function withoutKey(grounds: Grounds, gate: Gate, name: string): Promise<Checkup[]> {
  const named = namedAnalyst(gate.config, name);
  const missing = named.kind === 'command' ? await missingKey(grounds.host, named.config) : undefined;
  return missing
    ? [warning('analysis', `analysis.analysts: ${name}: ${missing.sentence}`, missing.remedy)]
    : [];
}
