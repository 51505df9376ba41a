// `tasks add --auto-section` in a workspace of many packages of which nobody has written a structure.yaml: what discovery found is
// kept, against the same parts read from the file.

import { rmSync } from 'node:fs';
import path from 'node:path';
import { figuresOf, inTurn, type Place } from './measure.ts';
import type { Options } from './options.ts';
import { git, inTemporaryFolder, timeSteroids } from './place.ts';
import type { Report } from './report.ts';
import { makeWorkspace } from './workspace.ts';

/** How much longer it may take than with the file. */
const MORE_MS = 100;

export async function measure(options: Options): Promise<Report> {
  const packages = options.number('packages', 1000);
  const files = options.number('files', 10_000);
  const rounds = options.number('rounds', 5);
  return await inTemporaryFolder(async (place) => {
    const settings = { packages, files, rounds };
    const discovered = prepare(place, 'discovered', packages, files);
    const declared = prepare(place, 'declared', packages, files);
    git(declared, 'add', '--all');
    git(declared, 'commit', '--quiet', '--message=Say how it is made');
    rmSync(path.join(discovered.cwd, '.steroids', 'structure.yaml'));
    const add = (where: Place, ...more: readonly string[]) =>
      timeSteroids(where, 'tasks', 'add', 'Change something in package 7', ...more);
    add(declared, '--auto-section');
    const coldMs = add(discovered, '--auto-section');
    const took = await inTurn(rounds, {
      discovered: () => add(discovered, '--auto-section'),
      declared: () => add(declared, '--auto-section'),
      plain: () => add(discovered),
    });
    const more = took.discovered.median - took.declared.median;
    return {
      benchmark: 'route',
      settings,
      comparisons: [
        {
          what: 'tasks add --auto-section',
          product: { name: 'parts discovered, kept', unit: 'ms', figures: took.discovered },
          baseline: { name: 'parts from structure.yaml', unit: 'ms', figures: took.declared },
          target: { sentence: `at most ${MORE_MS} ms more`, met: more <= MORE_MS },
          notes: [`the first time, when nothing is kept: ${coldMs.toFixed(0)} ms`],
        },
        {
          what: 'the same, against no question',
          product: { name: 'parts discovered, kept', unit: 'ms', figures: figuresOf(took.discovered.values) },
          baseline: { name: 'tasks add', unit: 'ms', figures: took.plain },
          notes: ['with more than 10,000 files nothing is inferred where nobody asks'],
        },
      ],
    };
  });
}

/** Set up, with a section for each package. */
function prepare(place: Place, name: string, packages: number, files: number): Place {
  const workspace = makeWorkspace(place, name, packages, files);
  git(workspace, 'add', '--all');
  git(workspace, 'commit', '--quiet', '--message=First');
  timeSteroids(workspace, 'init', '--monorepo', '--yes');
  return workspace;
}
