// Regular expressions that a project's people wrote, tried on texts that anybody wrote.

import { type Context, createContext, Script } from 'node:vm';
import { oneLine } from './quote.ts';

/**
 * By the clock: less ended innocent ones on a busy machine. V8 looks at its watchdog while it backtracks, so that `(a+)+$`
 * ends; tried against a look for dangerous shapes in the expression, which never finds all of them.
 */
const ONE_MS = 500;

/** A context of its own, since only code that runs in one can be ended. */
export class Trial {
  readonly #script = new Script('(expression.exec(text) ?? [])[0]');
  readonly #context: Context = createContext({ expression: /(?:)/, text: '' }, { codeGeneration: NOTHING });
  spentMs = 0;

  /** @returns what it finds first; an error where it took too long */
  first(expression: RegExp, text: string): string | undefined | Error {
    const began = performance.now();
    Object.assign(this.#context, { expression, text });
    try {
      const found = this.#script.runInContext(this.#context, { timeout: ONE_MS });
      return typeof found === 'string' ? found : undefined;
    } catch (error) {
      const late = (error as { code?: string }).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
      return new Error(late ? `it took more than ${ONE_MS} ms` : oneLine(String((error as Error).message)));
    } finally {
      this.spentMs += performance.now() - began;
    }
  }
}

const NOTHING = { strings: false, wasm: false };
