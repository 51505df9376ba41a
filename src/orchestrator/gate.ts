// What gates is read from main's tree, so that no branch supplies the configuration of the gate that judges it.

import path from 'node:path';
import { mistakeInTemplate } from '../config/briefTemplate.ts';
import { CONFIG_FILE, limitsOf, type ParsedConfig, parseConfig } from '../config/parse.ts';
import type { Config } from '../config/schema.ts';
import { zonesAreDeclared } from '../config/zones.ts';
import { readFileIfThere } from '../disk/files.ts';
import { readFileAt } from '../git/refs.ts';
import type { Limits } from '../task/attempt.ts';
import { type Sha, shortSha } from '../task/ids.ts';
import { Problem } from '../task/problem.ts';
import { type Grounds, readMain } from './project.ts';
import { NO_STRUCTURE, readStructureOnMain, type StructureOnMain } from './structureOnMain.ts';

export interface Gate {
  /** The commit of main that it was read from. */
  readonly main: Sha;
  readonly config: Config;
  readonly parsed: ParsedConfig;
  readonly limits: Limits;
  /** Of the brief, where the project has one of its own. */
  readonly template: string | null;
  /** Read where zones come from it. */
  readonly structure: StructureOnMain;
}

/** Parsing again for a text that has not changed would be most of the cost of a claim. */
const parsedTexts = new WeakMap<Grounds, { main: Sha; text: string; gate: Gate }>();

/**
 * The configuration on today's main.
 * @throws Problem `config-not-committed`, `invalid-config`, `invalid-template`, `main-missing`
 */
export async function readGate(project: Grounds): Promise<Gate> {
  const main = await readMain(project);
  const known = parsedTexts.get(project);
  if (known?.main === main) return known.gate;
  const text = await readFileAt(project.git, main, CONFIG_FILE);
  if (text === undefined) throw await notCommitted(project);
  const bare = known?.text === text ? known.gate : gateOf(main, text, project.main);
  const template = await readTemplate(project, main, bare.config);
  const structure = zonesAreDeclared(bare.config)
    ? await readStructureOnMain(project, main, known?.gate.structure)
    : NO_STRUCTURE;
  const gate = { ...bare, main, template, structure };
  parsedTexts.set(project, { main, text, gate });
  return gate;
}

/** @throws Problem `invalid-template` */
async function readTemplate(project: Grounds, main: Sha, { brief }: Config): Promise<string | null> {
  const { template: file, limit } = brief;
  if (file === undefined) return null;
  const text = await readFileAt(project.git, main, file);
  const mistake = text === undefined ? 'there is no such file' : mistakeInTemplate(text, limit);
  if (text !== undefined && mistake === undefined) return text;
  throw new Problem(
    'config',
    'invalid-template',
    `brief.template is ${file}, and on ${project.main} (${shortSha(main)}): ${mistake}`,
    `Correct ${file} there, or take brief.template out of ${CONFIG_FILE}.`,
  );
}

function gateOf(main: Sha, text: string, branch: string): Omit<Gate, 'template' | 'structure'> {
  const parsed = parseConfig(text, `${CONFIG_FILE} on ${branch} (${shortSha(main)})`);
  return { main, parsed, config: parsed.config, limits: limitsOf(parsed.config) };
}

async function notCommitted(project: Grounds): Promise<Problem> {
  const here = project.repository.topLevel;
  const written = here !== undefined && (await readFileIfThere(path.join(here, CONFIG_FILE))) !== undefined;
  return new Problem(
    'config',
    'config-not-committed',
    written
      ? `${CONFIG_FILE} is not committed on "${project.main}" yet, and what gates is read from there`
      : `there is no ${CONFIG_FILE} on "${project.main}"`,
    written
      ? `steroids init --commit, or: git add ${CONFIG_FILE} && git commit -m "Set up steroids" (on ${project.main})`
      : 'steroids init --commit',
  );
}

/** The file in the checkout, when it differs from main's: it is not in force. */
export async function uncommittedConfig(project: Grounds, gate: Gate): Promise<string | undefined> {
  const here = project.repository.topLevel;
  if (here === undefined) return undefined;
  const text = await readFileIfThere(path.join(here, CONFIG_FILE));
  return text !== undefined && text !== (await readFileAt(project.git, gate.main, CONFIG_FILE))
    ? text
    : undefined;
}

/** Where the configuration cannot be read: it is not committed yet, or broken. */
const LEASE_MS = 30_000;

/** For how long leases are given, in milliseconds. */
export async function leaseMs(project: Grounds): Promise<number> {
  return (await readGate(project).catch(() => undefined))?.config.limits.lease ?? LEASE_MS;
}
