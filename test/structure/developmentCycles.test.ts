// Circles of packages that close only through what they are developed with: to be known, and nothing to be mended.

import { describe, expect, test } from 'vitest';
import { discover } from '../../src/structure/discover.ts';
import { DISCOVERERS } from '../../src/structure/discoverers.ts';
import { memoryTree } from '../support/memoryTree.ts';

const discovered = (files: Readonly<Record<string, string>>) => discover(memoryTree(files), DISCOVERERS);

const warningsIn = async (files: Readonly<Record<string, string>>) =>
  (await discovered(files)).warnings.filter(({ sentence }) => sentence.includes('circle'));

const npm = (name: string, more: object) => JSON.stringify({ name, main: 'index.js', ...more });
const ROOT = { 'package.json': '{ "workspaces": ["packages/*"] }' };

const ONLY_FOR_DEVELOPMENT = (closing: string, way: string) =>
  `These depend on each other in a circle, though only through dependencies for development (${closing}): ${way}. Most package managers allow that; Maven, and tools that order builds by all dependencies, may not.`;
const REAL = (way: string) =>
  `These depend on each other in a circle: ${way}. Move what they share into a package of its own.`;

test('a package that is tested with what uses it: said to be by dependencies for development, and minor', async () => {
  const files = {
    ...ROOT,
    'packages/a/package.json': npm('a', { dependencies: { b: '*' } }),
    'packages/b/package.json': npm('b', { devDependencies: { a: '*' } }),
    // Its tests import it.
    'packages/b/test/b.test.js': "import 'a';\n",
  };
  expect(await warningsIn(files)).toEqual([
    { path: 'packages/a', minor: true, sentence: ONLY_FOR_DEVELOPMENT('b → a', 'a → b → a') },
  ]);
  const { edges } = await discovered(files);
  expect(edges).toEqual([
    { from: 'a', to: 'b', sources: ['manifest'] },
    { from: 'b', to: 'a', sources: ['manifest', 'import'], development: true },
  ]);
});

describe('it is a circle like others', () => {
  test.each([
    ['by dependencies', { dependencies: { a: '*' } }, {}],
    [
      'by what its users have to bring, too',
      { devDependencies: { a: '*' }, peerDependencies: { a: '*' } },
      {},
    ],
    [
      'by a project reference',
      { devDependencies: { a: '*' } },
      { 'packages/b/tsconfig.json': '{ "references": [{ "path": "../a" }] }' },
    ],
    ['by an import that no manifest declares', {}, { 'packages/b/index.js': "import 'a';\n" }],
  ])('%s', async (_, more, files) => {
    expect(
      await warningsIn({
        ...ROOT,
        'packages/a/package.json': npm('a', { dependencies: { b: '*' } }),
        'packages/b/package.json': npm('b', more),
        ...files,
      }),
    ).toEqual([{ path: 'packages/a', sentence: REAL('a → b → a') }]);
  });
});

test('where both are, each is told as what it is; what is in a real one is not told twice', async () => {
  const files = {
    ...ROOT,
    'packages/a/package.json': npm('a', { dependencies: { b: '*' } }),
    'packages/b/package.json': npm('b', { dependencies: { a: '*' }, devDependencies: { c: '*' } }),
    'packages/c/package.json': npm('c', { dependencies: { b: '*' } }),
    'packages/x/package.json': npm('x', { devDependencies: { y: '*' } }),
    'packages/y/package.json': npm('y', { devDependencies: { x: '*' } }),
  };
  expect(await warningsIn(files)).toEqual([
    { path: 'packages/a', sentence: REAL('a → b → a') },
    { path: 'packages/x', minor: true, sentence: ONLY_FOR_DEVELOPMENT('x → y, y → x', 'x → y → x') },
  ]);
});

test('Cargo’s dev-dependencies, and not those of a build', async () => {
  const crate = (name: string, section: string, other: string) =>
    `[package]\nname = "${name}"\n[${section}]\n${other} = { path = "../${other}" }\n`;
  const crates = (section: string) => ({
    'one/Cargo.toml': crate('one', 'dependencies', 'two'),
    'two/Cargo.toml': crate('two', section, 'one'),
  });
  expect(await warningsIn(crates('dev-dependencies'))).toMatchObject([{ minor: true }]);
  expect(await warningsIn(crates('build-dependencies'))).toEqual([
    { path: 'one', sentence: REAL('one → two → one') },
  ]);
});

test('Python’s dependency groups', async () => {
  const project = (name: string, more: string) => `[project]\nname = "${name}"\n${more}\n`;
  const projects = (more: string) => ({
    'one/pyproject.toml': project('one', 'dependencies = ["two"]'),
    'two/pyproject.toml': project('two', more),
  });
  expect(await warningsIn(projects('[dependency-groups]\ntest = ["one"]'))).toMatchObject([{ minor: true }]);
  const [real] = await warningsIn(projects('dependencies = ["one"]'));
  expect(real).toEqual({ path: 'one', sentence: REAL('one → two → one') });
});

describe('Maven’s scope test', () => {
  const pom = (artifact: string, inner: string) =>
    `<project><groupId>org.acme</groupId><artifactId>${artifact}</artifactId>${inner}</project>`;
  const one = '<dependency><groupId>org.acme</groupId><artifactId>one</artifactId></dependency>';
  const two = one.replace('>one<', '>two<');
  const inScope = (scope: string) => one.replace('</dep', `<scope>${scope}</scope></dep`);
  const poms = (more: string, parent = '') => ({
    'pom.xml': `<project><groupId>org.acme</groupId><artifactId>all</artifactId><packaging>pom</packaging><modules><module>one</module><module>two</module></modules>${parent}</project>`,
    'one/pom.xml': pom('one', `<dependencies>${two}</dependencies>`),
    'two/pom.xml': pom(
      'two',
      `<parent><groupId>org.acme</groupId><artifactId>all</artifactId><version>1</version></parent>${more}`,
    ),
  });
  const managed = (dependency: string) =>
    `<dependencyManagement><dependencies>${dependency}</dependencies></dependencyManagement>`;
  const plain = `<dependencies>${one}</dependencies>`;

  test.each([
    ['of its own', `<dependencies>${inScope('test')}</dependencies>`, ''],
    [
      'by a property',
      `<properties><s>test</s></properties><dependencies>${inScope(`\${s}`)}</dependencies>`,
      '',
    ],
    [
      'in a profile',
      `<profiles><profile><dependencies>${inScope('test')}</dependencies></profile></profiles>`,
      '',
    ],
    ['that it manages', `${managed(inScope('test'))}${plain}`, ''],
    ['that its parent manages', plain, managed(inScope('test'))],
  ])('%s', async (_, more, parent) => {
    expect(await warningsIn(poms(more, parent))).toEqual([
      { path: 'one', minor: true, sentence: ONLY_FOR_DEVELOPMENT('two → one', 'one → two → one') },
    ]);
  });

  test.each([
    ['provided', `<dependencies>${inScope('provided')}</dependencies>`, ''],
    [
      'and its own scope comes before a managed one',
      `<dependencies>${inScope('runtime')}</dependencies>`,
      managed(inScope('test')),
    ],
    ['and the nearest management counts', `${managed(inScope('compile'))}${plain}`, managed(inScope('test'))],
    [
      'and what is managed is another artifact: the tests of it',
      plain,
      managed(inScope('test').replace('<scope>', '<type>test-jar</type><scope>')),
    ],
    ['and in another place it is needed', `<dependencies>${inScope('test')}${one}</dependencies>`, ''],
    [
      'and a plugin is built with',
      `<build><plugins><plugin><groupId>org.acme</groupId><artifactId>one</artifactId></plugin></plugins></build>`,
      '',
    ],
  ])('and no circle less: %s', async (_, more, parent) => {
    expect(await warningsIn(poms(more, parent))).toEqual([
      { path: 'one', sentence: REAL('one → two → one') },
    ]);
  });
});

describe('Gradle’s configurations of tests', () => {
  const builds = (script: string, more = {}) => ({
    'settings.gradle.kts': 'include(":one", ":two", ":three")\n',
    'one/build.gradle': "dependencies {\n  implementation project(':two')\n}\n",
    'two/build.gradle.kts': script,
    'three/build.gradle': '',
    ...more,
  });
  const of = (...lines: string[]) => `dependencies {\n${lines.join('\n')}\n}\n`;

  test.each([
    ['in Groovy', of("  testImplementation project(':one')")],
    ['in one line', "dependencies { testImplementation project(path: ':one', configuration: 'x') }\n"],
    ['in Kotlin', of('  testImplementation(project(":one"))')],
    ['by a type-safe accessor', of('  testRuntimeOnly(projects.one)')],
    [
      'over several lines',
      of('  testImplementation(', '    project(":three"),', '    project(":one"),', '  )'),
    ],
    ['as a list', of("  testCompile project(':three'),", "    project(':one')")],
    ['of fixtures', of('  testFixturesApi(testFixtures(project(":one")))')],
    ['of a platform', of('  testImplementation(platform(project(":one")))')],
    ['as a text', of('  "integrationTestImplementation"(project(":one"))')],
    ['by add', of('  add("kspTest", project(":one"))')],
    ['of Android', of("  androidTestImplementation project(':one')")],
    [
      'in a suite',
      'testing {\n  suites {\n    register<JvmTestSuite>("e2e") {\n      dependencies { implementation(project(":one")) }\n    }\n  }\n}\n',
    ],
    [
      'in the tests of a multiplatform project',
      'kotlin {\n  sourceSets {\n    val commonTest by getting {\n      dependencies { implementation(project(":one")) }\n    }\n  }\n}\n',
    ],
    [
      'in those by their own name',
      'kotlin { sourceSets { commonTest.dependencies {\n  implementation(projects.one)\n} } }\n',
    ],
    [
      'in those by name',
      'kotlin { sourceSets { named("jvmTest") {\n  dependencies { implementation(projects.one) }\n} } }\n',
    ],
  ])('%s', async (_, script) => {
    expect(await warningsIn(builds(script))).toEqual([
      { path: 'one', minor: true, sentence: ONLY_FOR_DEVELOPMENT('two → one', 'one → two → one') },
    ]);
  });

  test('said by the root', async () => {
    const root = 'project(":two") {\n  dependencies {\n    "testImplementation"(project(":one"))\n  }\n}\n';
    expect(await warningsIn(builds('', { 'build.gradle.kts': root }))).toMatchObject([{ minor: true }]);
  });

  test.each([
    ['implementation', of('  implementation(project(":one"))')],
    ['fixtures that code is made with', of('  implementation(testFixtures(project(":one")))')],
    ['both', of('  testImplementation(project(":one"))', '  api(project(":one"))')],
    ['beside tests in one line', "dependencies { testImplementation 'x:y:1'; api project(':one') }\n"],
    ['what only ends like tests', of('  latestImplementation(project(":one"))')],
    ['after a block of tests', `tasks.test {\n  useJUnitPlatform()\n}\n${of('  api(project(":one"))')}`],
  ])('and no circle less: %s', async (_, script) => {
    expect(await warningsIn(builds(script))).toEqual([{ path: 'one', sentence: REAL('one → two → one') }]);
  });

  test('and no circle less: in a project that is called test', async () => {
    const found = await warningsIn({
      'settings.gradle.kts': 'include(":one", ":test")\n',
      'build.gradle.kts':
        'project(":one") { dependencies { "api"(project(":test")) } }\nproject(":test") {\n  dependencies { "api"(project(":one")) }\n}\n',
      'one/build.gradle': '',
      'test/build.gradle': '',
    });
    expect(found).toEqual([{ path: 'one', sentence: REAL('one → test → one') }]);
  });
});
