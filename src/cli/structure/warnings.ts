import type { Warning } from '../../structure/tree.ts';
import { printable } from '../../task/quote.ts';
import type { Context } from '../command.ts';

const SHOWN = 20;

/** What discovery and the file's reader found wrong, on standard error; of very many, the first. */
export function narrateWarnings(context: Context, warnings: readonly (Warning | string)[]): void {
  for (const warning of warnings.slice(0, SHOWN)) {
    const style = context.narrationStyle;
    const text = printable(typeof warning === 'string' ? warning : warningText(warning));
    const minor = typeof warning !== 'string' && warning.minor;
    context.narrate(`${minor ? style.dim('note') : style.yellow('warning')}: ${text}`);
  }
  if (warnings.length > SHOWN)
    context.narrate(`… and ${warnings.length - SHOWN} more warnings (--json lists all)`);
}

/** Some say themselves where they are, with line and column. */
export function warningText({ path, sentence }: Warning): string {
  const begins = path !== '' && sentence.startsWith(path) && /^[: ]/.test(sentence.slice(path.length));
  return begins ? sentence : `${path || '.'}: ${sentence}`;
}
