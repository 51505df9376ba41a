import type { Graph } from '../../structure/graph.ts';
import { printable } from '../../task/quote.ts';

/** A flowchart for whatever draws Mermaid: Markdown on GitHub, for one. Shared packages have double sides. */
export function mermaidOf({ nodes, edges }: Graph): string {
  const ids = new Map(nodes.map(({ name }, index) => [name, `n${index}`]));
  return [
    'graph LR',
    ...nodes.map(({ name, shared }) => {
      const label = `"${escaped(name)}"`;
      return `  ${ids.get(name)}${shared ? `[[${label}]]` : `[${label}]`}`;
    }),
    ...edges.map(({ from, to }) => `  ${ids.get(from)} --> ${ids.get(to)}`),
  ].join('\n');
}

/** Names are texts there, whatever is in them. */
function escaped(name: string): string {
  return printable(name).replaceAll(/[#"<>&`]/g, (char) => `#${char.codePointAt(0)};`);
}
