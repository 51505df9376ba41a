import { suggestion } from '../../config/near.ts';
import { readGate } from '../../orchestrator/gate.ts';
import { checkReviewer } from '../../orchestrator/preflight.ts';
import { tryReviewer } from '../../orchestrator/tryReviewer.ts';
import { Problem } from '../../task/problem.ts';
import { command } from '../command.ts';
import { trialAnswer } from '../trial.ts';

export default command(
  (yargs) =>
    yargs.positional('name', { type: 'string', demandOption: true, describe: 'As in the configuration' }),
  async (args, context) => {
    const project = await context.project();
    const gate = await readGate(project);
    const known = Object.keys(gate.config.reviewers);
    if (!known.includes(args.name))
      throw new Problem(
        'user',
        'unknown-reviewer',
        `there is no reviewer "${args.name}" (known: ${known.join(', ') || 'none'})`,
        suggestion(args.name, known) ?? 'steroids config show',
      );
    await checkReviewer(project, gate, args.name);
    const abort = new AbortController();
    context.onInterrupt(() => abort.abort());
    context.narrate(`asking ${args.name} about a small change that lands nowhere …`);
    return trialAnswer(args.name, await tryReviewer(project, gate, args.name, abort.signal));
  },
);
