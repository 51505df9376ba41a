import type { Problem } from '../task/problem.ts';
import type { SchedulingMode } from '../task/schedule.ts';
import type { Config } from './schema.ts';
import type { Path } from './yaml.ts';

/** Predictions only advise, unless somebody has asked for analysis: then likely conflicts hold tasks back. */
export function schedulingModeOf({ scheduling, analysis }: Config): SchedulingMode {
  if (scheduling.mode !== undefined) return scheduling.mode;
  return analysis.analysts.length > 0 || analysis.onPickup === 'hold' ? 'balanced' : 'aggressive';
}

/** @throws Problem for two settings of which one would quietly undo the other */
export function checkScheduling(
  { scheduling, analysis }: Config,
  wrong: (path: Path, sentence: string) => Problem,
): void {
  if (scheduling.mode === 'aggressive' && analysis.onPickup === 'hold')
    throw wrong(
      ['analysis', 'onPickup'],
      'analysis.onPickup is "hold", and in scheduling.mode "aggressive" predictions hold nobody back: take one of them out, or choose the mode "balanced" or "conservative"',
    );
}
