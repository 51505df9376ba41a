import { defaultCoder } from '../config/parse.ts';
import { Problem } from '../task/problem.ts';
import type { Gate } from './gate.ts';

/** The coder of tasks that name none. @throws Problem `no-coder` */
export function coderFor(gate: Gate, chosen: string | null): string {
  const name = chosen ?? defaultCoder(gate.config);
  const known = Object.keys(gate.config.coders);
  if (name === undefined || !known.includes(name)) {
    const which = name === undefined ? 'no coder is configured' : `there is no coder "${name}"`;
    throw new Problem(
      'user',
      'unknown-coder',
      `${which} (known: ${known.join(', ') || 'none'})`,
      'Add it under `coders` in .steroids/config.yaml, and commit it.',
    );
  }
  return name;
}
