// Discovers the structure of one folder in a process of its own, as a command does, and tells what it took. For structure.ts.

import { openGit } from '../src/git/client.ts';
import { discoverFolder } from '../src/structure/fromFolder.ts';
import { discoverNode } from '../src/structure/node/node.ts';

const before = process.cpuUsage();
const started = performance.now();
const { components, edges, warnings } = await discoverFolder(openGit(process.argv[2] ?? '.', process.env), [
  discoverNode,
]);
const ms = performance.now() - started;
const { user, system } = process.cpuUsage(before);
const undeclared = edges.filter((edge) => edge.sources.join() === 'import').length;
console.log(
  JSON.stringify({
    ms,
    processorMs: (user + system) / 1000,
    components: components.length,
    declared: edges.length - undeclared,
    undeclared,
    warnings: warnings.length,
  }),
);
