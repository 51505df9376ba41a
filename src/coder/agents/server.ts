// How agents are told of an MCP server: most of them read the same file, each from another place.

/** The server's name in it: their tools are called `steroids` and the tool's name, joined in each agent's own way. */
export const SERVER = 'steroids';

/** @returns the text of a file with it alone, empty without one */
export function serversFile(tools: readonly string[], also: Readonly<Record<string, unknown>> = {}): string {
  const [command, ...args] = tools;
  return JSON.stringify({ mcpServers: { [SERVER]: { command, args, ...also } } }, null, 2);
}
