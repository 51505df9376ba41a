// Repositories of every kind, with what must be found in them, written by hand.

import { expect, test } from 'vitest';
import type { Structure } from '../../src/structure/component.ts';
import { discover } from '../../src/structure/discover.ts';
import { discoverNode } from '../../src/structure/node/node.ts';
import { type Files, memoryTree } from '../support/memoryTree.ts';

interface Case {
  readonly name: string;
  readonly files: Files;
  /** `path key kind`, then ` (framework)` and ` shared`. */
  readonly components: readonly string[];
  /** `from → to: sources` */
  readonly edges?: readonly string[];
  /** `path: sentence` */
  readonly warnings?: readonly string[];
}

/** A package that is a library. */
const library = (name: string, dependencies: Record<string, string> = {}) => ({
  name,
  version: '1.0.0',
  main: 'index.js',
  dependencies,
});

const CASES: readonly Case[] = [
  {
    name: "npm workspaces, like the specification's example",
    files: {
      'package.json': { private: true, workspaces: ['apps/*', 'packages/*'] },
      'package-lock.json': {},
      'apps/api/package.json': {
        name: 'api',
        scripts: { start: 'node .' },
        dependencies: { express: '^5', 'shared-types': '1.0.0', utils: '*' },
      },
      'apps/admin/package.json': {
        name: 'admin',
        dependencies: {
          react: '^19',
          'react-dom': '^19',
          'shared-types': '*',
          'ui-components': '*',
          utils: '*',
        },
      },
      'apps/web/package.json': {
        name: 'web',
        dependencies: { next: '^16', react: '^19', 'shared-types': '*', 'ui-components': '*' },
      },
      'apps/mobile/package.json': {
        name: 'mobile',
        dependencies: { 'react-native': '1', react: '^19', 'shared-types': '*', 'ui-components': '*' },
      },
      'packages/shared-types/package.json': library('shared-types'),
      'packages/ui-components/package.json': {
        ...library('ui-components'),
        peerDependencies: { react: '>=18' },
      },
      'packages/utils/package.json': library('utils'),
    },
    components: [
      'apps/admin admin frontend (React)',
      'apps/api api backend (Express)',
      'apps/mobile mobile mobile (React Native)',
      'apps/web web frontend (Next.js)',
      'packages/shared-types shared-types library shared',
      'packages/ui-components ui-components library (React) shared',
      'packages/utils utils library shared',
    ],
    edges: [
      'admin → shared-types: manifest',
      'admin → ui-components: manifest',
      'admin → utils: manifest',
      'api → shared-types: manifest',
      'api → utils: manifest',
      'mobile → shared-types: manifest',
      'mobile → ui-components: manifest',
      'web → shared-types: manifest',
      'web → ui-components: manifest',
    ],
  },
  {
    name: 'yarn classic: an object with globs, and a package that no glob names',
    files: {
      'package.json': { workspaces: { packages: ['packages/**', './tools/build/'], nohoist: ['**/x'] } },
      'yarn.lock': '',
      'packages/a/package.json': library('a'),
      'packages/deep/er/b/package.json': library('b', { a: '1' }),
      'packages/a/node_modules/c/package.json': library('c'),
      'packages/a/dist/package.json': library('a'),
      'tools/build/package.json': library('build'),
      'legacy/package.json': library('legacy', { a: '1' }),
    },
    components: [
      'legacy legacy library',
      'packages/a a library shared',
      'packages/deep/er/b b library',
      'tools/build build library',
    ],
    edges: ['legacy → a: manifest', 'b → a: manifest'],
  },
  {
    name: 'yarn berry: workspaces in workspaces, `workspace:`, `portal:` and `link:`',
    files: {
      'package.json': { workspaces: ['apps/*'] },
      '.yarnrc.yml': 'nodeLinker: pnp\n',
      '.pnp.cjs': "require('./apps/web')",
      'apps/web/package.json': {
        name: '@a/web',
        workspaces: ['parts/*'],
        dependencies: { '@a/menu': 'workspace:^' },
      },
      'apps/web/src/index.ts': 'export {}',
      'apps/web/parts/menu/package.json': library('@a/menu', { ui: 'portal:../../../../other/ui' }),
      'other/ui/package.json': library('@a/ui', { tokens: 'link:../tokens' }),
      'other/tokens/package.json': library('design-tokens'),
    },
    components: [
      'apps/web web frontend',
      'apps/web/parts/menu menu library',
      'other/tokens tokens library',
      'other/ui ui library',
    ],
    edges: ['web → menu: manifest', 'menu → ui: manifest', 'ui → tokens: manifest'],
  },
  {
    name: 'pnpm: nested and negated globs, another name for a package, a glob that matches nothing',
    files: {
      'package.json': { private: true },
      'pnpm-workspace.yaml':
        "packages:\n  - 'packages/*'\n  - 'components/**'\n  - '!**/test/**'\n  - '!packages/old'\n  - services/*\n",
      'packages/core/package.json': library('@p/core'),
      'packages/old/package.json': library('@p/old'),
      'components/forms/input/package.json': library('@p/input', { kernel: 'workspace:@p/core@*' }),
      'components/forms/test/app/package.json': library('@p/test-app', { '@p/input': 'workspace:*' }),
    },
    components: ['components/forms/input input library', 'packages/core core library'],
    edges: ['input → core: manifest'],
    warnings: [
      'pnpm-workspace.yaml: The workspace "services/*" matches no folder with a package.json. Correct it or take it out.',
    ],
  },
  {
    name: 'bun, with examples that the workspace names',
    files: {
      'package.json': { workspaces: ['packages/*', 'examples/*'] },
      'bun.lock': '',
      'packages/server/package.json': {
        name: 'server',
        dependencies: { hono: '^4' },
        scripts: { start: 'bun .' },
      },
      'examples/hello/package.json': { name: 'hello', dependencies: { server: 'workspace:*' } },
    },
    components: ['examples/hello hello other', 'packages/server server backend (Hono)'],
    edges: ['hello → server: manifest'],
  },
  {
    name: 'lerna with its own packages',
    files: {
      'lerna.json': { version: 'independent', packages: ['modules/*'] },
      'package.json': { devDependencies: { lerna: '^9' } },
      'modules/a/package.json': library('a', { b: '^1' }),
      'modules/b/package.json': library('b'),
    },
    components: ['modules/a a library', 'modules/b b library'],
    edges: ['a → b: manifest'],
  },
  {
    name: 'lerna that says nothing means packages/*',
    files: {
      'lerna.json': { version: '1.0.0' },
      'package.json': {},
      'packages/fixtures/package.json': { main: 'index.js' },
    },
    components: ['packages/fixtures fixtures library'],
  },
  {
    name: 'Nx: projects without a package.json, implicit dependencies, executors, aliases of tsconfig.base.json',
    files: {
      'nx.json': {},
      'package.json': { dependencies: { next: '^16', react: '^19' } },
      'tsconfig.base.json': `{
        // comments, and a comma at the end
        "compilerOptions": { "baseUrl": ".", "paths": { "@shop/ui": ["libs/ui/src/index.ts"], "@shop/data/*": ["libs/data/src/*"], } }
      }`,
      'apps/shop/project.json': {
        name: 'shop',
        projectType: 'application',
        targets: { build: { executor: '@nx/next:build' } },
      },
      'apps/shop/tsconfig.json': { extends: '../../tsconfig.base.json' },
      'apps/shop/pages/index.tsx':
        "import { Button } from '@shop/ui';\nexport default () => <Button>Don't</Button>;\n",
      'apps/shop-e2e/project.json': { projectType: 'application', implicitDependencies: ['shop', '!other'] },
      'apps/back/project.json': {
        name: 'back',
        projectType: 'application',
        targets: { serve: { executor: '@nx/js:node' } },
      },
      'apps/back/src/main.ts':
        "import { NestFactory } from '@nestjs/core';\nimport { load } from '@shop/data/load';\n",
      'libs/ui/project.json': { name: 'ui', projectType: 'library' },
      'libs/ui/src/index.ts': "import { useState } from 'react';\nexport * from './lib/button';\n",
      'libs/data/project.json': { name: 'data', projectType: 'library' },
      'libs/data/src/load.ts': 'export const load = 1;\n',
    },
    components: [
      'apps/back back backend (NestJS)',
      'apps/shop shop frontend (Next.js)',
      'apps/shop-e2e shop-e2e other',
      'libs/data data library',
      'libs/ui ui library (React)',
    ],
    edges: ['back → data: path-alias, import', 'shop → ui: path-alias, import', 'shop-e2e → shop: manifest'],
  },
  {
    name: 'Angular',
    files: {
      'angular.json': {
        projects: {
          shop: {
            root: 'projects/shop',
            projectType: 'application',
            architect: { build: { builder: '@angular-devkit/build-angular:application' } },
          },
          kit: { root: 'projects/kit', projectType: 'library' },
        },
      },
      'package.json': { dependencies: { '@angular/core': '^21' } },
      'tsconfig.json': { compilerOptions: { paths: { kit: ['./projects/kit/src/public-api'] } } },
      'projects/shop/src/main.ts': "import { Kit } from 'kit';",
      'projects/kit/src/public-api.ts': 'export class Kit {}',
    },
    components: ['projects/kit kit library', 'projects/shop shop frontend (Angular)'],
    edges: ['shop → kit: path-alias, import'],
  },
  {
    name: 'Turborepo takes the workspaces of the package manager',
    files: {
      'turbo.json': { tasks: {} },
      'package.json': { workspaces: ['apps/*', 'packages/*'] },
      'apps/docs/package.json': { name: 'docs', dependencies: { '@docusaurus/core': '3', '@repo/ui': '*' } },
      'apps/site/package.json': { name: 'site', dependencies: { astro: '^6', '@repo/ui': '*' } },
      'packages/ui/package.json': { name: '@repo/ui', exports: './index.ts', dependencies: { svelte: '^5' } },
    },
    components: [
      'apps/docs docs documentation (Docusaurus)',
      'apps/site site frontend (Astro)',
      'packages/ui ui library (Svelte) shared',
    ],
    edges: ['docs → ui: manifest', 'site → ui: manifest'],
  },
  {
    name: 'Rush, with comments in rush.json and a project that is missing',
    files: {
      'rush.json': `/* Rush */ {
        "rushVersion": "5.0.0", // the newest
        "projects": [
          { "packageName": "@r/app", "projectFolder": "products/app" },
          { "packageName": "@r/lib", "projectFolder": "tests/lib" },
          { "packageName": "@r/gone", "projectFolder": "products/gone" },
        ],
      }`,
      'products/app/package.json': { name: '@r/app', bin: 'x.js', dependencies: { '@r/lib': 'workspace:*' } },
      'tests/lib/package.json': library('@r/lib'),
    },
    components: ['products/app app cli', 'tests/lib lib library'],
    edges: ['app → lib: manifest'],
    warnings: [
      'rush.json: The workspace "products/gone" matches no folder with a package.json. Correct it or take it out.',
    ],
  },
  {
    name: 'no workspaces: folders with manifests of their own, and none for examples, fixtures and nested entries',
    files: {
      'README.md': '# Shop\n',
      'apps/web/package.json': {
        name: 'web',
        dependencies: { vue: '^3' },
        scripts: { preview: 'vite preview' },
      },
      'services/users/package.json': { name: 'users', dependencies: { fastify: '^5' } },
      'services/users/src/index.js': "const { log } = require('../../../packages/log/index.js');\n",
      'services/mail/package.json': {
        name: 'mail',
        dependencies: { '@nestjs/core': '^11', log: 'file:../../packages/log' },
      },
      'packages/log/package.json': library('log'),
      'packages/log/esm/package.json': { type: 'module' },
      'packages/log/sub/package.json': { name: 'log/sub', main: '../sub.js' },
      'packages/log/test/fixtures/app/package.json': { name: 'fixture', scripts: { start: 'x' } },
      'examples/one/package.json': { name: 'one', dependencies: { log: '1' } },
      'infrastructure/cdk/package.json': { name: 'cdk', dependencies: { 'aws-cdk-lib': '2' } },
    },
    components: [
      'apps/web web frontend (Vue)',
      'infrastructure/cdk cdk infrastructure (AWS CDK)',
      'packages/log log library shared',
      'services/mail mail backend (NestJS)',
      'services/users users backend (Fastify)',
    ],
    edges: ['mail → log: manifest', 'users → log: import'],
  },
  {
    name: 'one package is one component, whatever folders it has',
    files: {
      'package.json': { name: '@acme/shop', dependencies: { express: '^5' }, scripts: { start: 'node .' } },
      'src/index.js': "import './other.js';\n",
      'scripts/release.js': '',
    },
    components: [' shop backend (Express)'],
  },
  {
    name: 'a root with code of its own beside its workspaces',
    files: {
      'package.json': {
        name: 'tool',
        bin: 'bin/tool.js',
        workspaces: ['plugins/*'],
        dependencies: { 'plugin-a': '*' },
      },
      'src/main.ts': "import 'plugin-a';",
      'plugins/a/package.json': library('plugin-a'),
      'plugins/a/src/index.ts': "import { x } from '../../../src/main';",
    },
    components: [' tool cli', 'plugins/a a library'],
    edges: ['tool → a: manifest, import', 'a → tool: import'],
    warnings: [
      'plugins/a: These depend on each other in a circle: a → tool → a. Move what they share into a package of its own.',
    ],
  },
  {
    name: 'project references and path aliases of a package, through a configuration that another package has',
    files: {
      'package.json': { workspaces: ['packages/*'] },
      'tsconfig.json': { files: [], references: [{ path: 'packages/app' }, { path: 'packages/core' }] },
      'packages/config/package.json': library('@t/config'),
      'packages/config/base.json': { compilerOptions: {} },
      'packages/config/tsconfig.json': {
        compilerOptions: { baseUrl: '..', paths: { '~core/*': ['core/src/*'] } },
      },
      'packages/app/package.json': library('app'),
      'packages/app/tsconfig.json': {
        extends: '@t/config/tsconfig.json',
        references: [{ path: '../model' }],
      },
      'packages/app/src/a.ts': "import type { A } from '~core/a';",
      'packages/web/package.json': library('web'),
      'packages/web/tsconfig.json': {
        compilerOptions: { paths: { '@/*': ['./src/*'], model: ['../model/src/index.ts'] } },
      },
      'packages/web/src/b.ts': "import { b } from '@/c';",
      'packages/core/package.json': library('core'),
      'packages/model/package.json': library('model'),
      'packages/model/tsconfig.lib.json': { references: [{ path: '../core/tsconfig.json' }] },
    },
    components: [
      'packages/app app library',
      'packages/config config library',
      'packages/core core library shared',
      'packages/model model library shared',
      'packages/web web library',
    ],
    edges: [
      'app → core: path-alias, import',
      'app → model: project-reference',
      'config → core: path-alias',
      'model → core: project-reference',
      'web → model: path-alias',
    ],
  },
  {
    name: 'imports that no manifest declares, in every kind of file; none of those that are not code',
    files: {
      'package.json': { workspaces: ['packages/*'] },
      ...Object.fromEntries(
        ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'z'].map((name) => [
          `packages/${name}/package.json`,
          library(`@i/${name}`),
        ]),
      ),
      'packages/z/one.mts': "export * from '@i/a';",
      'packages/z/two.cjs': "const b = require ( '@i/b/sub/path' );",
      'packages/z/three.tsx': "const C = lazy(() => import('@i/c')); export const x = <p>It isn't</p>;",
      'packages/z/four.vue':
        "<template><p>import '@i/h'</p></template>\n<script setup lang=\"ts\">\nimport d from '@i/d';\n</script>",
      'packages/z/five.svelte': "<script>import e from '@i/e'</script>\n<p>It's</p>",
      'packages/z/six.astro': "---\nimport f from '@i/f';\n---\n<p>It's</p>",
      'packages/z/seven.ts':
        "import g = require('@i/g');\n// import '@i/h'\nconst t = `import '@i/h'`;\nconst s = \"from '@i/h'\";",
      'packages/z/dist/bundle.js': "import '@i/h';",
      'packages/z/jquery.min.js': "import '@i/h';",
      'packages/z/notes.md': "import '@i/h';",
    },
    components: [...'abcdefgh']
      .map((name) => `packages/${name} ${name} library`)
      .concat('packages/z z library'),
    edges: [...'abcdefg'].map((name) => `z → ${name}: import`),
  },
  {
    name: 'what is wrong is told, and the rest is found',
    files: {
      'package.json': { workspaces: ['packages/*'] },
      'lerna.json': '{ "packages": [ }',
      'packages/a/package.json': '{\n  "name": "a",\n  "dependencies": {\n    "b" "1"\n  }\n}',
      'packages/b/package.json': '[]',
      'packages/c/package.json': { name: 'c', dependencies: 'none', workspaces: 3, scripts: null, bin: null },
      'packages/d/package.json': library('same', { e: '1' }),
      'packages/e/package.json': library('e', { f: '1' }),
      'packages/f/package.json': library('f', { same: '1' }),
      'packages/g/package.json': library('same'),
      'packages/c/tsconfig.json': '{ "references": ',
    },
    components: [
      'packages/a a library',
      'packages/b b library',
      'packages/c c library',
      'packages/d d library',
      'packages/e e library',
      'packages/f f library',
      'packages/g g library',
    ],
    edges: ['d → e: manifest', 'e → f: manifest', 'f → d: manifest'],
    warnings: [
      "lerna.json: It is no JSON (Unexpected token '}'), so its workspaces are not known. Correct it.",
      "packages/a/package.json: It is no JSON (line 4), so the package's name and dependencies are not known. Correct it.",
      "packages/b/package.json: It is no JSON (it holds no object), so the package's name and dependencies are not known. Correct it.",
      'packages/c/tsconfig.json: It is no JSON (Unexpected end of JSON input), so its references and paths are not known. Correct it.',
      'packages/d: These depend on each other in a circle: d → e → f → d. Move what they share into a package of its own.',
      'packages/g/package.json: Two packages are called "same": packages/g and packages/d. Whoever depends on it is taken to mean packages/d; rename one.',
    ],
  },
  {
    name: 'what a library is tried with, and programs that it brings along, do not make it another kind',
    files: {
      'package.json': { workspaces: ['packages/*'] },
      'packages/server/package.json': {
        ...library('server'),
        bin: { serve: 'x.js' },
        devDependencies: { next: '16', react: '19', fastify: '5' },
      },
      'packages/cli/package.json': { ...library('cli'), bin: 'cli.js' },
      'packages/site/package.json': { name: 'site', devDependencies: { '@sveltejs/kit': '2', svelte: '5' } },
      'packages/end-e2e/package.json': { name: 'end-e2e', scripts: { start: 'x' } },
      'chat/package.json': { name: 'chat', scripts: { start: 'x' } },
      'chat/server/package.json': { name: 'chat-server', scripts: { start: 'x' }, dependencies: { ws: '8' } },
    },
    components: [
      'chat chat other',
      'chat/server chat-server backend',
      'packages/cli cli cli',
      'packages/end-e2e end-e2e other',
      'packages/server packages-server library',
      'packages/site site frontend (SvelteKit)',
    ],
  },
  {
    name: 'folders of one name get longer keys, and titles of their own',
    files: {
      'apps/api/package.json': library('one'),
      'services/api/package.json': library('two'),
      'services/mail/src/package.json': library('three'),
      'libs/__proto__/package.json': library('__proto__'),
      'libs/constructor/package.json': library('constructor', { ['__proto__']: '1', toString: '1' }),
    },
    components: [
      'apps/api apps-api backend',
      'libs/__proto__ proto library',
      'libs/constructor constructor library',
      'services/api services-api backend',
      'services/mail/src mail-src library',
    ],
    edges: ['constructor → proto: manifest'],
  },
];

test.each(CASES)('$name', async ({ files, components, edges = [], warnings = [] }) => {
  const tree = memoryTree(files);
  const found = await discover(tree, [discoverNode]);
  expect(linesOf(found)).toEqual({ components, edges, warnings });
  expect([...tree.reads.values()].every((count) => count === 1)).toBe(true);
});

function linesOf(structure: Structure) {
  return {
    components: structure.components.map(
      ({ path, key, kind, framework, shared }) =>
        `${path} ${key} ${kind}${framework ? ` (${framework})` : ''}${shared ? ' shared' : ''}`,
    ),
    edges: structure.edges.map(({ from, to, sources }) => `${from} → ${to}: ${sources.join(', ')}`),
    warnings: structure.warnings.map(({ path, sentence }) => `${path}: ${sentence}`),
  };
}
