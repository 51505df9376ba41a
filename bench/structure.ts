// Discovery of a large workspace, with every import read, against tools that make a list or a graph of the same packages.

import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { type Figures, figuresOf, inTurn, type Place, timeProgram } from './measure.ts';
import type { Options } from './options.ts';
import { inTemporaryFolder, ROOT } from './place.ts';
import type { Comparison, Report } from './report.ts';
import { makeWorkspace, type Workspace } from './workspace.ts';

const LIMIT_MS = 3000;
/** Ten times as many packages may take this many times as long: there is no step that is quadratic. */
const GROWTH = 12;

/** Installed where the benchmark works, and nowhere else. */
const PEERS = ['pnpm@12.21.0', 'nx@24.0.6'];

export async function measure(options: Options): Promise<Report> {
  const packages = options.number('packages', 1000);
  const files = options.number('files', 60_000);
  const rounds = options.number('rounds', 5);
  const comparisons = await inTemporaryFolder((place) => compare(place, packages, files, rounds));
  return { benchmark: 'structure', settings: { packages, files, rounds }, comparisons };
}

async function compare(place: Place, packages: number, files: number, rounds: number): Promise<Comparison[]> {
  const large = makeWorkspace(place, 'large', packages, files);
  const small = makeWorkspace(place, 'small', Math.ceil(packages / 10), Math.ceil(files / 10));
  const peers = installPeers(place);
  const processor = { large: [] as number[], small: [] as number[] };
  const discover = (workspace: Workspace, into: number[]) => () => {
    const told = discoverIn(workspace);
    into.push(told.processorMs);
    return told.ms;
  };
  const ours = { large: discover(large, processor.large), small: discover(small, processor.small) };
  const figures: Measured = peers
    ? await inTurn(rounds, { ...ours, pnpm: () => runPnpm(peers, large), nx: () => runNx(peers, large) })
    : await inTurn(rounds, ours);
  return comparisonsOf(large, figures, {
    large: figuresOf(processor.large),
    small: figuresOf(processor.small),
  });
}

type Measured = Readonly<Partial<Record<'pnpm' | 'nx', Figures>> & Record<'large' | 'small', Figures>>;

function comparisonsOf(
  { packages, declared, undeclared }: Workspace,
  { large, small, pnpm, nx }: Measured,
  processor: Readonly<Record<'large' | 'small', Figures>>,
): Comparison[] {
  const product = { name: 'discoverFolder', unit: 'ms', figures: large };
  const target = { sentence: `at most ${LIMIT_MS} ms`, met: large.median <= LIMIT_MS };
  const took = `processor time: median ${processor.large.median.toFixed(0)} ms; on a busy machine this says more`;
  const notes = [
    took,
    `found ${packages} packages, ${declared} declared and ${undeclared} undeclared uses, all right`,
  ];
  const growth = processor.large.median / processor.small.median;
  return [
    ...(nx
      ? [
          {
            what: 'the graph',
            product,
            baseline: { name: 'nx graph (declared ones)', unit: 'ms', figures: nx },
            target,
            notes,
          },
        ]
      : []),
    ...(pnpm
      ? [
          {
            what: 'the list alone',
            product,
            baseline: { name: 'pnpm ls -r --json', unit: 'ms', figures: pnpm },
            notes: ['pnpm reads no code and says no dependencies'],
          },
        ]
      : []),
    {
      what: 'processor time of ten times as many packages and files',
      product: { name: 'large', unit: 'ms', figures: processor.large },
      baseline: { name: 'a tenth', unit: 'ms', figures: processor.small },
      target: { sentence: `at most ${GROWTH} times`, met: growth <= GROWTH },
      notes: nx ? [] : ['pnpm and nx could not be installed: no comparison with them', ...notes],
    },
    ...(nx
      ? []
      : [{ what: 'all', product, baseline: { name: 'a tenth', unit: 'ms', figures: small }, target }]),
  ];
}

interface Told {
  readonly ms: number;
  readonly processorMs: number;
  readonly components: number;
  readonly declared: number;
  readonly undeclared: number;
}

/** @throws when it is not what was made */
function discoverIn(workspace: Workspace): Told {
  const worker = path.join(ROOT, 'bench', 'structureWorker.ts');
  const { cwd, environment: env } = workspace;
  const told: Told = JSON.parse(
    execFileSync(process.execPath, [worker, cwd], { cwd, env, encoding: 'utf8' }),
  );
  const found = [told.components, told.declared, told.undeclared].join(', ');
  const expected = [workspace.packages, workspace.declared, workspace.undeclared].join(', ');
  if (found !== expected) throw new Error(`found ${found} packages and uses instead of ${expected}`);
  return told;
}

/** @returns the folder of the programs; undefined where there is no registry */
function installPeers(place: Place): string | undefined {
  const cwd = path.join(place.cwd, 'peers');
  const args = ['install', '--prefix', cwd, '--no-audit', '--no-fund', '--ignore-scripts', ...PEERS];
  try {
    // With the caller's own npm settings: which registry to ask is among them.
    execFileSync('npm', args, { cwd: place.cwd, stdio: 'ignore' });
    return path.join(cwd, 'node_modules');
  } catch {
    return undefined;
  }
}

function runPnpm(peers: string, { cwd, environment }: Workspace): number {
  return timeProgram({ cwd, environment }, path.join(peers, '.bin', 'pnpm'), ['ls', '-r', '--json']);
}

/** Without its daemon and what it kept of the last time. @throws when the graph is not whole */
function runNx(peers: string, { cwd, environment, packages, declared }: Workspace): number {
  const modules = path.join(cwd, 'node_modules');
  const file = path.join(path.dirname(cwd), 'nx.json');
  const alone = { ...environment, NX_DAEMON: 'false', NX_NO_CLOUD: 'true', CI: '1' };
  rmSync(path.join(cwd, '.nx'), { recursive: true, force: true });
  symlinkSync(peers, modules);
  try {
    const took = timeProgram({ cwd, environment: alone }, path.join(peers, '.bin', 'nx'), [
      'graph',
      `--file=${file}`,
    ]);
    const { nodes, dependencies } = JSON.parse(readFileSync(file, 'utf8')).graph;
    const uses = Object.values<{ target: string }[]>(dependencies).flat();
    if (Object.keys(nodes).length !== packages || uses.length < declared)
      throw new Error('nx did not see all');
    return took;
  } finally {
    rmSync(modules);
  }
}
