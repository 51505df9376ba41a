import { basename } from 'node:path';
import { discoverIn, orWhole, readWritten, structurePlace } from '../../orchestrator/structure.ts';
import { declare } from '../../structure/declare.ts';
import { type Graph, graphOf } from '../../structure/graph.ts';
import { STRUCTURE_FILE } from '../../structure/structureFile.ts';
import { type Context, command } from '../command.ts';
import { drawDependencies, drawTree, type Leaf } from './draw.ts';
import { mermaidOf } from './mermaid.ts';
import { narrateWarnings } from './warnings.ts';

export default command(
  (yargs) =>
    yargs.option('graph', {
      type: 'string',
      choices: ['text', 'mermaid', 'json'],
      coerce: (form: string) => form || 'text',
      describe: 'Only who depends on whom; as text where no form is named',
    }),
  async (args, context) => {
    const place = await structurePlace(context.host);
    const written = await readWritten(place);
    if (!written)
      context.narrate(
        `There is no ${STRUCTURE_FILE} yet; this is what is found. Write it: steroids init --monorepo`,
      );
    const found = written ? undefined : (await discoverIn(place)).structure;
    narrateWarnings(context, written?.warnings ?? found?.warnings ?? []);
    const declared = written?.declared ?? declare(orWhole(found ?? none, basename(place.git.dir)));
    const graph = graphOf(declared);
    return {
      data: { file: written ? STRUCTURE_FILE : null, ...declared, graph },
      text: text(graph, args.graph, context),
    };
  },
);

const none = { components: [], edges: [], warnings: [] };

function text(graph: Graph, form: string | undefined, { style, terminal }: Context): string {
  const dependencies = drawDependencies(usesIn(graph)) || '  none between its parts';
  if (form === 'json') return JSON.stringify(graph, undefined, 2);
  if (form === 'mermaid') return mermaidOf(graph);
  if (form === 'text') return dependencies;
  if (graph.nodes.length === 0)
    return `${STRUCTURE_FILE} declares nothing yet. What there is: steroids structure analyze`;
  return [
    style.bold('📁 Structure:'),
    drawTree(graph.nodes.flatMap(leavesOf), terminal.columns),
    '',
    style.bold('🔗 Dependencies:'),
    dependencies,
  ].join('\n');
}

function usesIn({ nodes, edges }: Graph) {
  const uses = Map.groupBy(edges, ({ from }) => from);
  return nodes.map(({ name }) => ({ name, uses: (uses.get(name) ?? []).map(({ to }) => to) }));
}

/** A line for each of its paths. */
function leavesOf({ name, paths, shared, isolation }: Graph['nodes'][number]): Leaf[] {
  const marks = [
    ...(shared ? ['SHARED'] : []),
    ...(shared === (isolation === 'exclusive') ? [] : [isolation.toUpperCase()]),
  ];
  const mark = marks.length > 0 ? ` (${marks.join(', ')})` : '';
  return paths.map((glob) => ({ path: glob.replace(/\*\*$/, ''), text: `${name}${mark}` }));
}
