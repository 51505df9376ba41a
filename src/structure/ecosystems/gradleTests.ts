// Which places of a Gradle build file are about tests alone, as far as the script says it plainly.

import { type Block, blocksOf } from './blocks.ts';

/** `testImplementation`, `androidTestApi`, `kspTest`, `testFixturesApi`: what a configuration of tests is called. */
const OF_TESTS = /^test(?![a-z])|Test(?![a-z])/;

/**
 * Source sets, suites and tasks of tests: `testing {`, `commonTest.dependencies {`, `val jvmTest by getting {`,
 * `named("jvmTest") {`. A project that is called so, `project(":test") {`, is none.
 */
const BLOCK =
  /(?<![:/\w-])(?:testing|test|[a-z]\w*Test)(?:["'][ \t]*\))?(?:[ \t]+by[ \t]+\w+)?(?:\.dependencies)?[ \t]*\{/g;

/** What begins a statement: the configuration that the arguments are for, also as a text, or as the first argument of `add`. */
const STATEMENT =
  /(?:^|[{;])[ \t]*(?:(?:dependencies\.)?add[ \t]*\([ \t]*)?["']?([a-zA-Z]\w*)["']?(?=[ \t]*[(,]|[ \t]+[a-zA-Z])/gm;

/** They begin an argument that stands on a line of its own. */
const ARGUMENT = /^(?:project|projects|path|platform|enforcedPlatform|testFixtures)$/;

/**
 * @param code without comments
 * @returns whether something at a place is for tests alone; asked in the order of the text
 */
export function testsIn(code: string): (index: number) => boolean {
  const blocks = outermost(blocksOf(code, BLOCK));
  const statements = [...code.matchAll(STATEMENT)].filter(({ 1: word = '' }) => !ARGUMENT.test(word));
  let at = -1;
  let block = 0;
  return (index) => {
    while ((statements[at + 1]?.index ?? Number.POSITIVE_INFINITY) < index) at++;
    while ((blocks[block]?.end ?? Number.POSITIVE_INFINITY) < index) block++;
    return OF_TESTS.test(statements[at]?.[1] ?? '') || (blocks[block]?.start ?? index) < index;
  };
}

/** Without those within others, which say nothing more. */
function outermost(blocks: readonly Block[]): Block[] {
  const outer: Block[] = [];
  for (const block of blocks) if (block.start > (outer.at(-1)?.end ?? -1)) outer.push(block);
  return outer;
}
