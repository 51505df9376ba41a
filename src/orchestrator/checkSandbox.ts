// Where a sandbox is configured, nothing runs without it.

import os from 'node:os';
import { CONFIG_FILE } from '../config/parse.ts';
import { exists } from '../disk/files.ts';
import { makeTemporaryFolder } from '../disk/temp.ts';
import { tryWrapper } from '../process/containment.ts';
import { cleanEnvironment, type Environment } from '../process/environment.ts';
import { isOnPath } from '../process/find.ts';
import { inBubblewrap } from '../process/sandbox.ts';
import { Problem } from '../task/problem.ts';
import { type SandboxSettings, sandboxSettings } from './containment.ts';
import type { Gate } from './gate.ts';
import type { Grounds } from './project.ts';

const OR_WITHOUT = `or take sandbox: out of ${CONFIG_FILE} and commit that.`;

/** @throws Problem `sandbox-missing`, `sandbox-refused`, `sandbox-write-missing` */
export async function checkSandbox(grounds: Grounds, gate: Gate): Promise<void> {
  const settings = sandboxSettings(grounds, gate.config);
  if (settings === undefined) return;
  const environment = cleanEnvironment(grounds.host.environment);
  for (const program of ['bwrap', 'perl']) {
    if (await isOnPath(program, environment)) continue;
    const sentence = `${CONFIG_FILE} asks for a sandbox (sandbox: bubblewrap), and ${program} was not found on PATH`;
    const install = `Install it (apt install ${program === 'perl' ? 'perl' : 'bubblewrap'}),`;
    const remedy = os.platform() === 'linux' ? install : 'Bubblewrap runs on Linux only: use that,';
    throw new Problem('environment', 'sandbox-missing', sentence, `${remedy} ${OR_WITHOUT}`);
  }
  for (const folder of settings.write) {
    if (await exists(folder)) continue;
    const sentence = `sandbox.write in ${CONFIG_FILE} names ${folder}, which is not there`;
    throw new Problem(
      'user',
      'sandbox-write-missing',
      sentence,
      'Make it, or correct the path and commit that.',
    );
  }
  const said = await tryOut(settings, environment);
  if (said === undefined) return;
  throw new Problem(
    'environment',
    'sandbox-refused',
    `${CONFIG_FILE} asks for a sandbox (sandbox: bubblewrap), and bwrap cannot make one here: ${said}`,
    `Let this user make user namespaces (docs/security.md), ${OR_WITHOUT}`,
  );
}

/** @returns what bubblewrap says when it does not work */
async function tryOut(settings: SandboxSettings, environment: Environment): Promise<string | undefined> {
  const temp = makeTemporaryFolder('steroids-try');
  try {
    const { write: writable, network } = settings;
    const place = { folder: temp.path, temp: temp.path, readable: [], writable, frozen: [], network };
    return await tryWrapper(inBubblewrap(place).wrapper, environment);
  } finally {
    temp.remove();
  }
}
