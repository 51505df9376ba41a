import { Problem } from '../task/problem.ts';

/** An edit that names nothing to change is a slip. @throws Problem `nothing-to-change` */
export function requireChange(edit: object, hint: string): void {
  if (Object.keys(edit).length > 0) return;
  throw new Problem('user', 'nothing-to-change', 'nothing was said that is to be changed', hint);
}
