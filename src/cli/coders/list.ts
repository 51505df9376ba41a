import { agentOf } from '../../coder/launch.ts';
import { defaultCoder } from '../../config/parse.ts';
import { readGate } from '../../orchestrator/gate.ts';
import { freeCoders } from '../../orchestrator/holds.ts';
import { missingKey } from '../../orchestrator/missingKey.ts';
import { checkCoder } from '../../orchestrator/preflight.ts';
import { commandText } from '../../process/work.ts';
import { listHolds } from '../../store/holds.ts';
import { Problem } from '../../task/problem.ts';
import { command } from '../command.ts';
import { isoTime } from '../documents.ts';
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
        const missing = await checkCoder(project, gate, name).then(
          () => null,
          (error: unknown) => {
            if (error instanceof Problem) return error;
            throw error;
          },
        );
        const key = await missingKey(context.host, coder);
        const limited = held.includes(name) || instead.has(name);
        return {
          name,
          default: name === first,
          agent: coder.agent ?? null,
          command: coder.command ?? null,
          model: coder.model ?? null,
          installed: missing === null,
          remedy: missing?.hint ?? key?.remedy ?? null,
          key: key?.sentence ?? null,
          hold: limited ? (holds.find((hold) => hold.name === agent?.name) ?? null) : null,
          instead: instead.get(name) ?? null,
        };
      }),
    );
    const { style, terminal } = context;
    const rows = coders.map((coder) => [
      `${coder.name}${coder.default ? ' *' : ''}`,
      coder.agent ?? 'command',
      coder.model ?? '',
      stateOf(coder, now),
      coder.command === null ? (coder.remedy ?? '') : commandText(coder.command),
    ]);
    const columns = [
      { name: 'NAME' },
      { name: 'KIND' },
      { name: 'MODEL' },
      { name: 'STATE' },
      { name: '', flexible: true },
    ];
    const text =
      coders.length === 0
        ? 'No coder is configured: add one under `coders` in .steroids/config.yaml.'
        : table(columns, rows, terminal.columns, (line) => style.dim(line));
    const data = coders.map(({ hold, ...coder }) => ({
      ...coder,
      hold: hold && { kind: hold.kind, reason: hold.reason, until: isoTime(hold.until) },
    }));
    return { data, text };
  },
);

function stateOf(
  coder: {
    readonly installed: boolean;
    readonly key: string | null;
    readonly hold: { readonly until: number | null; readonly kind: string } | null;
  },
  now: number,
): string {
  if (!coder.installed) return 'not installed';
  if (coder.hold === null) return coder.key === null ? 'ready' : 'no key found';
  const { until, kind } = coder.hold;
  return until === null ? `held: ${kind}` : `held for ${Math.ceil((until - now) / 1000)} s: ${kind}`;
}
