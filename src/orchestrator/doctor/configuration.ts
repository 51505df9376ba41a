import path from 'node:path';
import { CONFIG_FILE, parseConfig } from '../../config/parse.ts';
import { namedReviewers, usualPanel } from '../../config/reviewers.ts';
import { readFileIfThere } from '../../disk/files.ts';
import { checkSandbox } from '../checkSandbox.ts';
import { coderFor } from '../coderFor.ts';
import { type Gate, readGate, uncommittedConfig } from '../gate.ts';
import { missingKey } from '../missingKey.ts';
import { checkBranchNames, checkCoder, checkMain, checkReviewer, checkWorktreesRoot } from '../preflight.ts';
import type { Grounds } from '../project.ts';
import { remoteOf } from '../session.ts';
import { checkAnalysis } from './analysis.ts';
import { type Checkup, checkUp, ok, problem, warning } from './checkup.ts';
import { checkZones } from './zones.ts';

export async function checkConfiguration(grounds: Grounds): Promise<Checkup[]> {
  let gate: Gate | undefined;
  const read = await checkUp('configuration', async () => {
    gate = await readGate(grounds);
    checkMain(grounds, gate);
    return ok('configuration', `${CONFIG_FILE} on "${grounds.main}" is in force`);
  });
  return [
    ...read,
    ...(await checkUp('configuration', () => checkCheckout(grounds, gate))),
    ...(gate ? await checkGate(grounds, gate) : []),
  ];
}

/** The file as it stands here: with a broken one on main it may be the cure, with a sound one the next disease. */
async function checkCheckout(grounds: Grounds, gate: Gate | undefined): Promise<Checkup[]> {
  const here = grounds.repository.topLevel;
  const text =
    gate === undefined
      ? here && (await readFileIfThere(path.join(here, CONFIG_FILE)))
      : await uncommittedConfig(grounds, gate);
  if (text === undefined) return [];
  const place = `${CONFIG_FILE} here`;
  try {
    parseConfig(text, place);
  } catch (error) {
    return [problem('configuration', error)];
  }
  const remedy = `Commit it on "${grounds.main}": steroids init --commit`;
  return [warning('configuration', `${place} is sound, and is not what is in force`, remedy)];
}

async function checkGate(grounds: Grounds, gate: Gate): Promise<Checkup[]> {
  const { config } = gate;
  const reviewers = namedReviewers(config);
  return [
    ...(await checkUp('coder', async () => {
      const name = coderFor(gate, null);
      await checkCoder(grounds, gate, name);
      const missing = await missingKey(grounds.host, gate.config.coders[name]);
      return missing === undefined
        ? ok('coder', `coders.${name} can be started`)
        : warning('coder', `coders.${name}: ${missing.sentence}`, missing.remedy);
    })),
    ...(await checkUp('reviewer', async () => {
      if (reviewers.length === 0)
        return ok('reviewer', `reviewer: ${usualPanel(config, undefined).by.join(', ') || 'none'}`);
      for (const name of reviewers) await checkReviewer(grounds, gate, name);
      for (const name of reviewers) {
        const missing = await missingKey(grounds.host, config.reviewers[name]);
        if (missing) return warning('reviewer', `reviewers.${name}: ${missing.sentence}`, missing.remedy);
      }
      return ok('reviewer', `${reviewers.map((name) => `reviewers.${name}`).join(', ')} can be started`);
    })),
    ...(await checkUp('remote', async () => {
      const remote = await remoteOf(grounds, gate);
      return ok('remote', remote ? `landings are pushed to ${remote.name}` : 'nothing is pushed anywhere');
    })),
    ...(await checkUp('sandbox', async () => {
      await checkSandbox(grounds, gate);
      return ok('sandbox', config.sandbox === 'none' ? 'sandbox: none' : 'bubblewrap can make one');
    })),
    ...(await checkUp('analysis', () => checkAnalysis(grounds, gate))),
    ...(await checkUp('zones', () => checkZones(grounds, gate))),
    ...(await checkUp('worktrees', async () => {
      await checkWorktreesRoot(grounds, gate);
      await checkBranchNames(grounds, 10);
      return ok('worktrees', 'can be made');
    })),
  ];
}
