import type { Warning } from '../../structure/tree.ts';
import type { Context } from '../command.ts';

const SHOWN = 20;

/** What discovery and the file's reader found wrong, on standard error; of very many, the first. */
export function narrateWarnings(context: Context, warnings: readonly (Warning | string)[]): void {
  for (const warning of warnings.slice(0, SHOWN)) {
    const style = context.narrationStyle;
    const text = typeof warning === 'string' ? warning : `${warning.path || '.'}: ${warning.sentence}`;
    const minor = typeof warning !== 'string' && warning.minor;
    context.narrate(`${minor ? style.dim('note') : style.yellow('warning')}: ${text}`);
  }
  if (warnings.length > SHOWN)
    context.narrate(`… and ${warnings.length - SHOWN} more warnings (--json lists all)`);
}
