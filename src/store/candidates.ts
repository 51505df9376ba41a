// The pending tasks that a runner could take, in the order of their turn.

import { MOST_OVERTAKING } from '../task/turn.ts';
import { runnerHolder } from './claims.ts';
import { run, type Store, type Trx } from './open.ts';
import type { TaskRow } from './schema.ts';

export interface Claimant {
  readonly id: string;
  readonly number: number;
  readonly sectionId: string | null;
  /** With `steroids run --section`: only these; empty for all. */
  readonly sectionIds: readonly string[];
  /** For tasks that name no coder. */
  readonly coder: string;
}

/** Who takes, and which coders are not to be started now. */
interface Taking {
  readonly claimant: Claimant;
  readonly held: readonly string[];
}

export interface CandidateRow extends TaskRow {
  /** Of its section. */
  readonly exclusive: number | null;
}

export interface Among {
  /** Whether exclusive ones are looked at too. */
  readonly exclusive: boolean;
  /** The id of the only one that is. */
  readonly only: string | null;
  /** Whether their priorities differ: else the oldest is next anyhow. */
  readonly mixed: boolean;
  /** Only those that came before this one, and the oldest first. */
  readonly before?: number;
}

/** The oldest that the claimant may take, where each of the tasks that were begun last had come later. */
export async function overtaken(
  store: Store,
  trx: Trx,
  claiming: Taking,
  among: Among,
): Promise<CandidateRow[]> {
  if (among.only !== null || !among.mixed) return [];
  const [last] = await run<{ count: number; seq: number }>(
    trx,
    `select count(*) as count, min(t.seq) as seq
    from (select task_id from attempts order by rowid desc limit ${MOST_OVERTAKING}) a
    join tasks t on t.id = a.task_id`,
  );
  if (last?.count !== MOST_OVERTAKING) return [];
  return await listCandidates(store, trx, claiming, { ...among, before: last.seq }, { from: 0, size: 1 });
}

/** Pending tasks in order, without those whose sections have no place. @param part undefined for the first one alone */
export async function listCandidates(
  store: Store,
  trx: Trx,
  { claimant, held }: Taking,
  among: Among,
  part?: { readonly from: number; readonly size: number },
): Promise<CandidateRow[]> {
  const sections = sectionsOf(claimant);
  return await run<CandidateRow>(
    trx,
    `select t.*, s.exclusive
    from tasks t left join sections s on s.id = t.section_id
    where t.status = 'pending' ${within(sections)}
      ${held.length === 0 ? '' : `and coalesce(t.coder, ?) not in (${held.map(() => '?').join(', ')})`}
      ${among.only === null ? '' : 'and t.id = ?'}
      ${among.exclusive ? '' : 'and coalesce(s.exclusive, 0) = 0'}
      ${among.before === undefined ? '' : 'and t.seq < ?'}
      and (t.not_before is null or t.not_before <= ?)
      and (s.id is null or (s.skipped = 0 and (
        exists (select 1 from claims c where c.resource = 'section:' || s.id and c.holder = ?)
        or (select count(*) from claims c where c.resource = 'section:' || s.id) < s.max_runners)))
      and not exists (
        select 1 from task_dependencies d join tasks b on b.id = d.after_id
        where d.task_id = t.id and b.status <> 'completed')
    order by ${among.before === undefined ? 't.priority desc, ' : ''}t.seq
    ${part ? 'limit ? offset ?' : 'limit 1'}`,
    ...sections,
    ...(held.length === 0 ? [] : [claimant.coder, ...held]),
    ...(among.only === null ? [] : [among.only]),
    ...(among.before === undefined ? [] : [among.before]),
    store.now(),
    runnerHolder(claimant.id),
    ...(part ? [part.size, part.from] : []),
  );
}

/** Whose tasks the claimant may take; empty for all. */
export function sectionsOf(claimant: Claimant): readonly string[] {
  return claimant.sectionId === null ? claimant.sectionIds : [claimant.sectionId];
}

export function within(sections: readonly string[]): string {
  return sections.length === 0 ? '' : `and t.section_id in (${sections.map(() => '?').join(', ')})`;
}
