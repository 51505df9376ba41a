import type { Checkup } from '../orchestrator/doctor/checkup.ts';
import { diagnose } from '../orchestrator/doctor/doctor.ts';
import { type Context, command } from './command.ts';
import { EXIT } from './exit.ts';
import { count } from './words.ts';

export default command(
  (yargs) => yargs,
  async (_args, context) => {
    const findings = await diagnose(context.host);
    const sound = findings.every((one) => one.level !== 'problem');
    return { data: { findings }, text: text(findings, context), exitCode: sound ? EXIT.done : EXIT.waiting };
  },
);

function text(findings: readonly Checkup[], { style }: Context): string {
  const mark = { ok: style.green('✓'), warning: style.yellow('!'), problem: style.red('✗') };
  const lines = findings.flatMap((one) => [
    `${mark[one.level]} ${one.check}: ${one.sentence}`,
    ...(one.remedy === null ? [] : [`    → ${one.remedy}`]),
  ]);
  const problems = findings.filter((one) => one.level === 'problem').length;
  const warnings = findings.filter((one) => one.level === 'warning').length;
  const summary =
    problems + warnings === 0
      ? 'All is well.'
      : `${count(problems, 'problem')}, ${count(warnings, 'warning')}. Nothing was changed.`;
  return [...lines, summary].join('\n');
}
