// Prints the structure of a folder as JSON: for tests that need another user for it.

import { openGit } from '../../src/git/client.ts';
import { discoverFolder } from '../../src/structure/fromFolder.ts';
import { discoverNode } from '../../src/structure/node/node.ts';

const git = openGit(process.argv[2] as string, process.env);
console.log(JSON.stringify(await discoverFolder(git, [discoverNode])));
