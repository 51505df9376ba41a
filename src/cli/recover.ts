import { type Recovered, recover } from '../orchestrator/recover/recover.ts';
import { command } from './command.ts';
import { EXIT } from './exit.ts';
import { sentence } from './recovering.ts';
import { count } from './words.ts';

export default command(
  (yargs) =>
    yargs.option('dry-run', {
      type: 'boolean',
      default: false,
      describe: 'Change nothing; say what would be done',
    }),
  async (args, context) => {
    const project = await context.project();
    const recovered = await recover(project, { dryRun: args['dry-run'] });
    const left = recovered.some((one) => one.outcome === 'failed' || one.outcome === 'person');
    return {
      data: { dryRun: args['dry-run'], findings: recovered },
      text: text(recovered, args['dry-run']),
      exitCode: left ? EXIT.waiting : EXIT.done,
    };
  },
);

const MARK: Readonly<Record<Recovered['outcome'], string>> = {
  done: '✓',
  shown: '·',
  failed: '✗',
  person: '!',
};

function text(recovered: readonly Recovered[], dryRun: boolean): string {
  if (recovered.length === 0) return 'Nothing to put right.';
  const lines = recovered.map((one) => `${MARK[one.outcome]} ${sentence(one)}`);
  const done = recovered.filter((one) => one.outcome === 'done').length;
  const next = recovered.some((one) => one.action !== null) ? ' Put it right: steroids recover' : '';
  const summary = dryRun
    ? `${count(recovered.length, 'finding')}; nothing was changed.${next}`
    : `${count(recovered.length, 'finding')}, ${done} put right`;
  return [...lines, summary].join('\n');
}
