// What coders and reviewers of the configuration have in common where they are listed: whether each can be started.

import type { ProgramConfig } from '../config/schema.ts';
import { type MissingKey, missingKey } from '../orchestrator/missingKey.ts';
import type { Host } from '../orchestrator/project.ts';
import type { Hold } from '../store/holds.ts';
import { Problem } from '../task/problem.ts';
import { isoTime } from './documents.ts';

export interface Readiness {
  readonly installed: boolean;
  /** What a person can do where it is not ready. */
  readonly remedy: string | null;
  /** A sentence where it has no key. */
  readonly key: string | null;
  readonly hold: Hold | null;
}

/** @param checked that it can be started; what is missing is a Problem */
export async function readinessOf(
  host: Host,
  program: ProgramConfig,
  checked: Promise<void>,
  hold: Hold | null,
): Promise<Readiness> {
  const missing = await checked.then(
    () => null,
    (error: unknown) => {
      if (error instanceof Problem) return error;
      throw error;
    },
  );
  // A model that is asked by a program of ours lacks nothing but its key.
  const keyless = missing?.code === 'no-key';
  const key: MissingKey | undefined = keyless
    ? { sentence: missing.message, remedy: missing.hint ?? '' }
    : await missingKey(host, program);
  return {
    installed: missing === null || keyless,
    remedy: missing?.hint ?? key?.remedy ?? null,
    key: key?.sentence ?? null,
    hold,
  };
}

export function stateText({ installed, key, hold }: Readiness, now: number): string {
  if (!installed) return 'not installed';
  if (hold === null) return key === null ? 'ready' : 'no key found';
  const { until, kind } = hold;
  return until === null ? `held: ${kind}` : `held for ${Math.ceil((until - now) / 1000)} s: ${kind}`;
}

export const holdDocument = (hold: Hold | null) =>
  hold && { kind: hold.kind, reason: hold.reason, until: isoTime(hold.until) };

export const COLUMNS = [
  { name: 'NAME' },
  { name: 'KIND' },
  { name: 'MODEL' },
  { name: 'STATE' },
  { name: '', flexible: true },
];
