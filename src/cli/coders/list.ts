import { agentOf } from '../../coder/launch.ts';
import { defaultCoder } from '../../config/parse.ts';
import { readGate } from '../../orchestrator/gate.ts';
import { freeCoders } from '../../orchestrator/holds.ts';
import { checkCoder } from '../../orchestrator/preflight.ts';
import { commandText } from '../../process/work.ts';
import { listHolds } from '../../store/holds.ts';
import { command } from '../command.ts';
import { COLUMNS, holdDocument, readinessOf, stateText } from '../programs.ts';
import { table } from '../table.ts';

export default command(
  (yargs) => yargs,
  async (_args, context) => {
    const project = await context.project();
    const gate = await readGate(project);
    const holds = await listHolds(project.store.db);
    const now = context.host.now();
    const { held, instead } = freeCoders(gate.config, holds, now);
    const first = defaultCoder(gate.config);
    const coders = await Promise.all(
      Object.entries(gate.config.coders).map(async ([name, coder]) => {
        const agent = agentOf(coder);
        const limited = held.includes(name) || instead.has(name);
        const hold = limited ? (holds.find((one) => one.name === agent?.name) ?? null) : null;
        return {
          name,
          default: name === first,
          agent: coder.agent ?? null,
          command: coder.command ?? null,
          model: coder.model ?? null,
          ...(await readinessOf(context.host, coder, checkCoder(project, gate, name), hold)),
          instead: instead.get(name) ?? null,
        };
      }),
    );
    const { style, terminal } = context;
    const rows = coders.map((coder) => [
      `${coder.name}${coder.default ? ' *' : ''}`,
      coder.agent ?? 'command',
      coder.model ?? '',
      stateText(coder, now),
      coder.command === null ? (coder.remedy ?? '') : commandText(coder.command),
    ]);
    const text =
      coders.length === 0
        ? 'No coder is configured: add one under `coders` in .steroids/config.yaml.'
        : table(COLUMNS, rows, terminal.columns, (line) => style.dim(line));
    return { data: coders.map((coder) => ({ ...coder, hold: holdDocument(coder.hold) })), text };
  },
);
