// A repository of many packages that use each other, as large ones do: most files import their neighbours and a library, a
// few import another package, some of these without declaring it; some are JSX with prose in it, some are CommonJS.

import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Place } from './measure.ts';
import { git } from './place.ts';

export interface Workspace extends Place {
  readonly packages: number;
  /** How many pairs of packages one of which uses the other: by its manifest, or by an import alone. */
  readonly declared: number;
  readonly undeclared: number;
}

const BODY = `export function work(list: readonly string[]): string {
  return list.map((one) => \`\${one}!\`).join(', ');
}
`;

/** @param files about as many in all; each package has the same number */
export function makeWorkspace(place: Place, name: string, packages: number, files: number): Workspace {
  const cwd = path.join(place.cwd, name);
  const write = (file: string, contents: string | object) => {
    const text = typeof contents === 'string' ? contents : JSON.stringify(contents, null, 2);
    writeFileSync(path.join(cwd, file), `${text}\n`);
  };
  mkdirSync(cwd);
  writeRoot(write);
  const sources = Math.max(3, Math.round(files / packages) - 3);
  let declared = 0;
  let undeclared = 0;
  for (let number = 0; number < packages; number++) {
    const folder = folderOf(number);
    const targets = targetsOf(number);
    const secret = number % 5 === 0 && number > 20 ? number - 10 : undefined;
    declared += targets.length;
    undeclared += secret === undefined ? 0 : 1;
    mkdirSync(path.join(cwd, folder, 'src', 'views'), { recursive: true });
    writePackage(write, folder, number, targets);
    for (let file = 0; file < sources; file++) {
      const imported = file < targets.length ? targets[file] : file === targets.length ? secret : undefined;
      write(`${folder}/src/${nameOf(file)}`, sourceOf(file, imported));
    }
  }
  const workspace = { ...place, cwd };
  git(workspace, 'init', '--quiet');
  // Listed as tracked, which is all that is asked of git here; storing the contents would take minutes.
  git(workspace, 'add', '--all', '--intent-to-add');
  return { ...workspace, packages, declared, undeclared };
}

type Write = (file: string, contents: string | object) => void;

function writeRoot(write: Write): void {
  write('package.json', { name: 'large', private: true, workspaces: ['apps/*', 'packages/*'] });
  write('pnpm-workspace.yaml', 'packages:\n  - apps/*\n  - packages/*');
  write('nx.json', { pluginsConfig: { '@nx/js': { analyzeSourceFiles: true } } });
  write('tsconfig.base.json', { compilerOptions: { strict: true } });
  write('.gitignore', 'node_modules\n.nx');
}

/** Every tenth is an application. */
const folderOf = (number: number) => `${number % 10 === 9 ? 'apps' : 'packages'}/part-${number}`;

/** Three of those before it, near and far. */
function targetsOf(number: number): readonly number[] {
  const targets = [number - 1, Math.floor(number / 2), Math.floor(number / 10)];
  return [...new Set(targets.filter((target) => target >= 0 && target < number))];
}

function writePackage(write: Write, folder: string, number: number, targets: readonly number[]): void {
  const dependencies = Object.fromEntries(targets.map((target) => [`@large/part-${target}`, '1.0.0']));
  write(`${folder}/package.json`, {
    name: `@large/part-${number}`,
    version: '1.0.0',
    main: 'src/module-0.ts',
    dependencies: { react: '^19.0.0', ...dependencies },
  });
  write(`${folder}/tsconfig.json`, '{\n  // As everywhere.\n  "extends": "../../tsconfig.base.json",\n}');
  write(`${folder}/README.md`, `# Part ${number}\n\nWhat it does.`);
}

function nameOf(file: number): string {
  if (file % 10 === 7) return `views/view-${file}.tsx`;
  return file % 10 === 8 ? `common-${file}.cjs` : `module-${file}.ts`;
}

function sourceOf(file: number, target: number | undefined): string {
  const name = target === undefined ? 'lodash' : `@large/part-${target}`;
  const body = BODY.repeat(8);
  if (file % 10 === 8)
    return `const other = require('${name}');\nmodule.exports = { other };\n${'// It works.\n'.repeat(60)}`;
  if (file % 10 === 7)
    return `import { useState } from 'react';\nimport { other } from '${name}';\n\nexport const View = () => <p title="a">Don't worry: it's {other}, isn't it</p>;\n${body}`;
  return `import { readFile } from 'node:fs/promises';\nimport type { Other } from '${name}';\nimport { work as before } from './module-${Math.max(0, file - 1)}.ts';\n\n${body}`;
}
