import { declineProposal } from '../../orchestrator/proposals.ts';
import { command } from '../command.ts';

export default command(
  (yargs) =>
    yargs.positional('number', { type: 'number', demandOption: true, describe: 'As `steroids inbox` says' }),
  async (args, context) => {
    const proposal = await declineProposal(await context.project(), args.number);
    return { data: { declined: proposal.id }, text: `declined ${proposal.id}: ${proposal.text}` };
  },
);
