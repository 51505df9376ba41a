import { CONFIG_FILE, showValues } from '../../config/parse.ts';
import { readGate, uncommittedConfig } from '../../orchestrator/gate.ts';
import { shortSha } from '../../task/ids.ts';
import { command } from '../command.ts';
import { table } from '../table.ts';

export default command(
  (yargs) => yargs,
  async (_args, context) => {
    const project = await context.project();
    const gate = await readGate(project);
    const differs = (await uncommittedConfig(project, gate)) !== undefined;
    const place = `${CONFIG_FILE} on ${project.main} (${shortSha(gate.main)})`;
    const values = showValues(gate.parsed);
    if (differs)
      context.narrate(
        `steroids: ${CONFIG_FILE} here differs from the one on ${project.main}, which is in force`,
      );
    const { style, terminal } = context;
    const rows = values.map(({ key, value, source }) => [
      key,
      JSON.stringify(value),
      source === 'file' ? place : 'default',
    ]);
    const columns = [{ name: 'KEY' }, { name: 'VALUE', flexible: true }, { name: 'SOURCE' }];
    return {
      data: {
        file: CONFIG_FILE,
        main: project.main,
        commit: gate.main,
        differsHere: differs,
        values: values.map(({ key, value, source }) => ({
          key,
          value,
          source: source === 'file' ? CONFIG_FILE : 'default',
        })),
      },
      text: table(columns, rows, terminal.columns, (line) => style.dim(line)),
    };
  },
);
