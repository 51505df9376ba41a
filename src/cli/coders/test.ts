import { suggestion } from '../../config/near.ts';
import { readGate } from '../../orchestrator/gate.ts';
import { checkCoder } from '../../orchestrator/preflight.ts';
import { tryCoder } from '../../orchestrator/tryCoder.ts';
import { Problem } from '../../task/problem.ts';
import { command } from '../command.ts';
import { trialAnswer } from '../trial.ts';

export default command(
  (yargs) =>
    yargs.positional('name', { type: 'string', demandOption: true, describe: 'As in the configuration' }),
  async (args, context) => {
    const project = await context.project();
    const gate = await readGate(project);
    const known = Object.keys(gate.config.coders);
    if (!known.includes(args.name))
      throw new Problem(
        'user',
        'unknown-coder',
        `there is no coder "${args.name}" (known: ${known.join(', ') || 'none'})`,
        suggestion(args.name, known) ?? 'steroids coders list',
      );
    await checkCoder(project, gate, args.name);
    const abort = new AbortController();
    context.onInterrupt(() => abort.abort());
    context.narrate(`trying ${args.name} with a small task in a folder of its own …`);
    return trialAnswer(args.name, await tryCoder(project, gate, args.name, abort.signal));
  },
);
