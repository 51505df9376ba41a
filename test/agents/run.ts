// npm run test:agents [-- [--keep] NAME…]: real agents, installed from the npm registry, against a stub of their providers.
// --keep writes what they said into test/fixtures/agents.

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { finalMessage } from '../../src/coder/agents/judge.ts';
import { keepFixture } from './fixture.ts';
import { install } from './install.ts';
import { type Played, play } from './play.ts';
import { SCENES, type Scene } from './scenes.ts';
import { NAMES, type Real, realAgent } from './table.ts';
import { wholeWay } from './way.ts';

const { values, positionals } = parseArgs({
  options: {
    keep: { type: 'boolean' },
    scene: { type: 'string' },
    inside: { type: 'boolean' },
    logs: { type: 'boolean' },
  },
  allowPositionals: true,
});
const names = positionals.includes('all') ? NAMES : positionals.length > 0 ? positionals : ['pi'];
const reals = names.map(realAgent);
const bins = reals.map(install);

if (values.inside) await playAll();
else process.exitCode = isolated();

/** In a network namespace where nothing but the stub can be reached; the packages are installed by now. */
function isolated(): number {
  const here = [process.execPath, import.meta.filename, '--inside', ...process.argv.slice(2)];
  const namespace = ['unshare', '-rn', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh'];
  const [probe = '', ...words] = [...namespace, 'true'];
  const works = spawnSync(probe, words, { stdio: 'ignore' }).status === 0;
  console.log(
    works ? 'network: loopback only' : 'network: this system gives no namespace without privileges',
  );
  const [file = '', ...args] = works ? [...namespace, ...here] : here;
  return spawnSync(file, args, { stdio: 'inherit' }).status ?? 1;
}

async function playAll(): Promise<void> {
  // Not the system's temporary folder: Codex refuses a HOME there.
  const root = path.join(
    process.env.XDG_STATE_HOME || path.join(os.homedir(), '.local', 'state'),
    'steroids-test-agents',
  );
  mkdirSync(root, { recursive: true });
  const folder = mkdtempSync(path.join(root, 'run-'));
  try {
    for (const [index, real] of reals.entries()) await playAgent(real, bins[index] ?? '', folder);
  } finally {
    if (values.logs) console.log(`logs: ${folder}`);
    else rmSync(folder, { recursive: true, force: true });
  }
}

async function playAgent(real: Real, bin: string, folder: string): Promise<void> {
  const program = path.join(bin, real.program);
  const env = { ...process.env, HOME: folder };
  // pi tells its version on standard error.
  const told = spawnSync(program, ['--version'], { env, encoding: 'utf8' });
  const version = /\d+\.\d+\.\d+\S*/.exec(told.stdout + told.stderr)?.[0] ?? 'of no version';
  console.log(`${real.agent.title} ${version} (${real.package}@${real.version})`);
  for (const scene of SCENES) {
    if (values.scene !== undefined && values.scene !== scene.name) continue;
    if (scene.answer !== undefined && !real.ours) continue;
    if (scene.readOnly && real.coder.agent === 'acp') continue; // it cannot review
    const own = path.join(folder, real.name, scene.name);
    mkdirSync(own, { recursive: true });
    const played = await play(real, scene, bin, own);
    const known = real.silent?.includes(scene.name)
      ? played.judged.kind !== 'done'
      : scene.expected(played.judged);
    const { commits, wrote, said } = played;
    const edited = scene.name !== 'edits' || commits === 1;
    const reviewed = !scene.readOnly || (commits === 0 && !wrote && finalMessage(said) !== null);
    const answered = scene.answer === undefined || isDeepStrictEqual(played.answer, scene.answer);
    const well = known && edited && reviewed && answered;
    if (!well) process.exitCode = 1;
    console.log(`  ${well ? 'ok  ' : 'NOT '} ${tell(scene, played)}`);
    if (values.keep && !real.silent?.includes(scene.name)) keepFixture(real.name, scene.name, played);
  }
  if (values.scene === undefined || values.scene === 'way') await goWholeWay(real, bin, folder);
}

/** Coded, rejected, coded again, landed, by steroids itself. */
async function goWholeWay(real: Real, bin: string, folder: string): Promise<void> {
  const begun = Date.now();
  const wrong = await wholeWay(real, bin, folder);
  if (wrong.length > 0) process.exitCode = 1;
  const took = `${((Date.now() - begun) / 1000).toFixed(1)} s`;
  console.log(
    `  ${wrong.length > 0 ? 'NOT ' : 'ok  '} way: ${took}${wrong.map((one) => `; ${one}`).join('')}`,
  );
}

function tell(scene: Scene, { worked, judged, asked, milliseconds, wrote, commits, answer }: Played): string {
  const how = worked.kind === 'exited' ? `exit ${worked.code}` : worked.kind;
  const what = judged.kind === 'limited' ? `limited (${judged.limit.kind})` : judged.kind;
  const why = judged.kind === 'done' ? judged.text : judged.reason;
  const changed =
    scene.name === 'edits' || scene.readOnly
      ? `, wrote ${wrote}, ${commits} commits`
      : scene.answer === undefined
        ? ''
        : `, answer ${JSON.stringify(answer)}`;
  const took = `${(milliseconds / 1000).toFixed(1)} s, ${asked.length} requests`;
  return `${scene.name}: ${how}, ${what}, ${took}${changed}: ${why.replace(/\s+/g, ' ').slice(0, 160)}`;
}
